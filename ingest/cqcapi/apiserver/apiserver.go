// Package apiserver plays CQC's syndication API: its lists with pages, its bodies, its changes feed, and the ways in which it is known to
// fail. The tests of the client run against it, and the demonstration reads its invented county from it.
package apiserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Key is the subscription key that the server accepts.
const Key = "fixture-key"

// Fault makes an answer to a request; false lets the request through to the API proper. n counts the requests to the same path from 1.
type Fault func(w http.ResponseWriter, r *http.Request, n int) bool

// Server is the API.
type Server struct {
	mu        sync.Mutex
	bodies    map[string]map[string]any // by path below the base
	areas     map[string][]string
	changes   map[string][]change
	fault     Fault
	asked     map[string]int
	flying    int
	most      int
	PageSize  int // entries a page, whatever is asked for
	LowerCase bool
}

type change struct {
	id string
	at time.Time
}

// New makes the API with nothing in it; it is an http.Handler for the addresses below /public/v1.
func New() *Server {
	return &Server{bodies: map[string]map[string]any{}, areas: map[string][]string{}, changes: map[string][]change{}, asked: map[string]int{}, PageSize: 1000}
}

// Put registers an organisation by its body, or changes it, and notes the change in the feed. kind is location or provider; the body's own
// area decides on which list a location stands.
func (s *Server) Put(kind, id string, body map[string]any, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := "/" + kind + "s/" + id
	if area, _ := body["localAuthority"].(string); kind == "location" && s.bodies[path] == nil {
		s.areas[area] = append(s.areas[area], id)
	}
	s.bodies[path] = body
	s.changes[kind] = append(s.changes[kind], change{id, at})
}

// Add registers a location and its provider.
func (s *Server) Add(area, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	contact := map[string]any{"personTitle": "Ms", "personGivenName": "Canary", "personFamilyName": "Quillfeather", "personRoles": []string{"Registered Manager"}}
	s.areas[area] = append(s.areas[area], id)
	s.bodies["/locations/"+id] = map[string]any{"locationId": id, "providerId": "P" + id, "name": "Home " + id, "organisationType": "Location", "type": "Social Care Org",
		"registrationStatus": "Registered", "localAuthority": area, "numberOfBeds": 40, "onspdLatitude": json.Number("53.5320471"),
		"regulatedActivities": []any{map[string]any{"name": "Personal care", "contacts": []any{contact}}}}
	s.bodies["/providers/P"+id] = map[string]any{"providerId": "P" + id, "name": "Company " + id, "organisationType": "Provider",
		"regulatedActivities": []any{map[string]any{"name": "Personal care", "nominatedIndividual": contact}}}
}

// Set changes a member of a body and notes the change in the feed.
func (s *Server) Set(kind, id, member string, v any, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies["/"+kind+"s/"+id][member] = v
	s.changes[kind] = append(s.changes[kind], change{id, at})
}

// Withdraw removes an organisation: its id still stands in lists and feeds and answers 404.
func (s *Server) Withdraw(kind, id string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.bodies, "/"+kind+"s/"+id)
	s.changes[kind] = append(s.changes[kind], change{id, at})
}

// Break makes requests fail from now on; nil mends the API.
func (s *Server) Break(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault, s.asked = f, map[string]int{}
}

// Asked counts the requests whose path has the prefix.
func (s *Server) Asked(prefix string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for p, k := range s.asked {
		if strings.HasPrefix(p, prefix) {
			n += k
		}
	}
	return n
}

// MostAtOnce is the largest number of requests that were under way together.
func (s *Server) MostAtOnce() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/public/v1")
	s.mu.Lock()
	s.asked[path]++
	n, fault := s.asked[path], s.fault
	s.flying++
	s.most = max(s.most, s.flying)
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.flying--; s.mu.Unlock() }()
	switch {
	case r.Header.Get("User-Agent") == "" || strings.HasPrefix(r.Header.Get("User-Agent"), "Go-http-client"):
		http.Error(w, "Forbidden", http.StatusForbidden)
	case r.Header.Get("Ocp-Apim-Subscription-Key") != Key:
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{ "statusCode": 401, "message": "Access denied due to invalid subscription key." }`)
	case fault != nil && fault(w, r, n):
	case path == "/locations":
		s.list(w, r, "locations", s.area(r.URL.Query().Get("localAuthority")))
	case strings.HasPrefix(path, "/changes/"):
		s.list(w, r, "changes", s.changed(strings.TrimPrefix(path, "/changes/"), r.URL.Query()))
	default:
		s.body(w, path)
	}
}

func (s *Server) area(name string) []any {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []any
	for _, id := range s.areas[name] {
		out = append(out, map[string]any{"locationId": id, "locationName": "Home " + id, "postalCode": "LK1 1AA"})
	}
	return out
}

func (s *Server) changed(kind string, q url.Values) []any {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, _ := time.Parse(time.RFC3339, q.Get("startTimestamp"))
	to, _ := time.Parse(time.RFC3339, q.Get("endTimestamp"))
	var ids []string
	for _, c := range s.changes[kind] {
		id := c.id
		if s.LowerCase {
			id = strings.ToLower(id)
		}
		if !c.at.Before(from) && c.at.Before(to) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	var out []any
	for _, id := range ids {
		out = append(out, id)
	}
	return out
}

// list answers with one page, as the API does: addresses of pages are relative and hold plain spaces.
func (s *Server) list(w http.ResponseWriter, r *http.Request, name string, all []any) {
	q := r.URL.Query()
	at, _ := strconv.Atoi(q.Get("page"))
	at = max(at, 1)
	size := s.PageSize
	pages := max(1, (len(all)+size-1)/size)
	from := min((at-1)*size, len(all))
	out := map[string]any{"total": len(all), "page": at, "perPage": size, "totalPages": pages, "nextPageUri": nil, name: all[from:min(from+size, len(all))]}
	if at < pages {
		next := strings.TrimPrefix(r.URL.Path, "/public/v1") + "?page=" + strconv.Itoa(at+1) + "&perPage=" + q.Get("perPage")
		for _, k := range []string{"localAuthority", "startTimestamp", "endTimestamp"} {
			if v := q.Get(k); v != "" {
				next += "&" + k + "=" + v
			}
		}
		out["nextPageUri"] = next
	}
	_ = json.NewEncoder(w).Encode(out)
}

func (s *Server) body(w http.ResponseWriter, path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind, id, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	b := s.bodies[path]
	switch {
	case b != nil:
		_ = json.NewEncoder(w).Encode(b)
	case id != strings.ToUpper(id):
		http.Error(w, `{"message":"bad id"}`, http.StatusBadRequest)
	default:
		http.Error(w, `{"message":"No `+kind+` found"}`, http.StatusNotFound)
	}
}
