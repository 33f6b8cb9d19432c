// Package api answers programs: the same questions as the pages ask, decided, recorded and bounded as there, as JSON.
package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"bellwether/dashboard/flagpages"
	"bellwether/dashboard/page"
	"bellwether/dashboard/providerpages"
	"bellwether/dashboard/read"
	"bellwether/internal/access"
	"bellwether/schemas"
)

// answer is what every call of the API gives: the data, and what it was known by.
type answer struct {
	Snapshot string `json:"snapshot"`
	AsOf     string `json:"as_of"`
	RuleSet  string `json:"rule_set"`
	Marking  string `json:"marking"`
	Total    *int64 `json:"total,omitempty"`
	Next     string `json:"next,omitempty"`
	// Unmatched counts by feed the records that match no provider and so are in no provider's figures.
	Unmatched map[string]int64 `json:"unmatched_records"`
	Data      any              `json:"data"`
}

// answerJSON answers with data, recorded like a page. The tag names the snapshot and everything else that the answer depends on, so a caller
// that sends it back learns cheaply that nothing has changed.
func answerJSON(q *page.Request, data any, total *int64, next string, shown ...any) error {
	c, err := q.TakeAway(rowsIn(data), shown...)
	if err != nil {
		return err
	}
	unmatched := map[string]int64{}
	for _, u := range q.Frame.Unmatched {
		unmatched[u.Feed] = u.Records
	}
	body, err := json.Marshal(answer{Unmatched: unmatched, Snapshot: q.Snapshot.ID, AsOf: q.Frame.Run.AsOf.Format(time.DateOnly), RuleSet: q.Frame.Run.RuleSet + "@" + q.Frame.Run.RuleSetHash,
		Marking: q.Config.Words.Markings.For(c).Text, Total: total, Next: next, Data: data})
	if err != nil {
		return fmt.Errorf("api: writing JSON: %w", err)
	}
	sum := sha256.Sum256(body)
	tag := `"` + page.ShortID(q.Snapshot.ID) + "-" + hex.EncodeToString(sum[:8]) + `"`
	h := q.W.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Type", "application/json; charset=utf-8")
	for _, have := range strings.Split(q.R.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(have), "W/") == tag {
			q.W.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	q.W.WriteHeader(http.StatusOK)
	_, _ = q.W.Write(body)
	return nil
}

// Document is the description of the API in OpenAPI.
func Document(q *page.Request) error {
	q.W.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = q.W.Write(schemas.OpenAPI)
	return nil
}

// apiLevel is one level's count; fields are named as in the published document.
type apiLevel struct {
	Level     int64  `json:"level"`
	Name      string `json:"name"`
	Providers int64  `json:"providers"`
	Locations int64  `json:"locations"`
	Beds      int64  `json:"beds"`
}

type apiArea struct {
	Name      string `json:"name"`
	Providers int64  `json:"providers"`
	Locations int64  `json:"locations"`
	Beds      int64  `json:"beds"`
	BelowGood int64  `json:"below_good"`
	Unrated   int64  `json:"unrated"`
}

// Market answers with the state of the market.
func Market(q *page.Request) error {
	scope, err := q.Scope(access.Provider)
	if err != nil {
		return err
	}
	m, err := q.Snapshot.Market(q.R.Context(), q.Frame, scope)
	if err != nil {
		return err
	}
	levels, areas := []apiLevel{}, []apiArea{}
	for _, l := range m.Levels {
		levels = append(levels, apiLevel{l.Level, q.Config.Words.Levels[min(max(l.Level, 0), 3)], l.Providers, l.Locations, l.Beds})
	}
	for _, a := range m.Areas {
		areas = append(areas, apiArea{a.Name, a.Providers, a.Locations, a.Beds, a.BelowGood, a.Unrated})
	}
	return answerJSON(q, map[string]any{"levels": levels, "areas": areas}, nil, "", m.Levels)
}

type apiProviderRow struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Status    string   `json:"status"`
	Areas     string   `json:"areas"`
	Kinds     []string `json:"service_kinds"`
	Locations int64    `json:"locations"`
	Beds      *int64   `json:"beds"`
	Brand     string   `json:"brand_id,omitempty"`
	Rating    string   `json:"lowest_rating,omitempty"`
	// Level is absent where the caller may not see it: that is not a level of 0.
	Level     *int64 `json:"level,omitempty"`
	LevelName string `json:"level_name,omitempty"`
	// FailureKind tells failure by an event from a risk of it.
	FailureKind string `json:"failure_kind,omitempty"`
	Since       string `json:"level_since,omitempty"`
	FlagsOpen   *int64 `json:"flags_open,omitempty"`
}

func providerJSON(q *page.Request, r read.ProviderRow) apiProviderRow {
	out := apiProviderRow{ID: r.ID, Name: r.Name, Status: r.Status, Areas: r.Areas, Kinds: r.KindList(), Locations: r.Locations, Beds: r.Beds, Brand: r.BrandID, Rating: r.Rating}
	if out.Kinds == nil {
		out.Kinds = []string{}
	}
	if r.Visible {
		out.FailureKind = r.FailureKind
		out.Level, out.LevelName, out.Since, out.FlagsOpen = &r.Level, q.Config.Words.Levels[min(max(r.Level, 0), 3)], page.ISO(r.Since), &r.FlagsOpen
	}
	return out
}

// Size is how many records a page of the API holds; tests make it smaller.
var Size = 200

// cursor reads where a list goes on; it is a plain offset into a snapshot that never changes.
func cursor(q *page.Request) (int, error) {
	v := q.R.URL.Query().Get("cursor")
	if v == "" {
		return 0, nil
	}
	snap, at, ok := strings.Cut(v, "-")
	n, err := strconv.Atoi(at)
	if !ok || err != nil || n < 0 || n > 10_000_000 {
		return 0, &page.Problem{Status: http.StatusBadRequest, Title: "The cursor can't be read", Says: "Take it from the field \"next\" of an answer."}
	}
	if snap != page.ShortID(q.Snapshot.ID) {
		return 0, &page.Problem{Status: http.StatusConflict, Title: "The snapshot has moved on", Says: "This cursor belongs to an earlier snapshot. Start the list again."}
	}
	return n, nil
}

func nextCursor(q *page.Request, offset, shown int, total int64) string {
	if int64(offset+shown) >= total {
		return ""
	}
	return page.ShortID(q.Snapshot.ID) + "-" + strconv.Itoa(offset+shown)
}

// Providers answers with a part of the list of providers.
func Providers(q *page.Request) error {
	scope, err := q.Scope(access.Provider)
	if err != nil {
		return err
	}
	pq := providerpages.Query(q.Params())
	pq.Sort, pq.Limit = "name", Size
	if pq.Offset, err = cursor(q); err != nil {
		return err
	}
	list, total, err := q.Snapshot.Providers(q.R.Context(), q.Frame, scope, pq)
	if err != nil {
		return err
	}
	out := make([]apiProviderRow, 0, len(list))
	for _, r := range list {
		out = append(out, providerJSON(q, r))
	}
	return answerJSON(q, out, &total, nextCursor(q, pq.Offset, len(list), total), list)
}

// Provider answers with one provider.
func Provider(q *page.Request) error {
	ctx, id := q.R.Context(), q.R.PathValue("id")
	d, err := q.May(access.View, access.ClassA, access.Provider, id)
	if err != nil {
		return err
	}
	scope, err := q.Scope(access.Provider)
	if err != nil {
		return err
	}
	list, _, err := q.Snapshot.Providers(ctx, q.Frame, scope, read.ProviderQuery{Text: id, All: true, Sort: "name", Limit: Size})
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.ID == id && d.Allow {
			return answerJSON(q, providerJSON(q, r), nil, "", r)
		}
	}
	if !d.Allow && !d.Hide {
		return q.Refuse(d, id)
	}
	return page.ErrNotFound
}

type apiFlagRow struct {
	ID         string   `json:"id"`
	Provider   string   `json:"provider_id"`
	Location   string   `json:"location_id,omitempty"`
	Rule       string   `json:"rule_id"`
	Title      string   `json:"rule_title"`
	Level      int64    `json:"level"`
	LevelName  string   `json:"level_name"`
	FailKind   string   `json:"failure_kind,omitempty"`
	Strength   string   `json:"strength"`
	Basis      string   `json:"basis"`
	Sentence   string   `json:"sentence"`
	Observed   *float64 `json:"observed"`
	Expected   *float64 `json:"expected"`
	OpenedOn   string   `json:"opened_on,omitempty"`
	ClearedOn  string   `json:"cleared_on,omitempty"`
	State      string   `json:"state"`
	Threshold  *float64 `json:"threshold,omitempty"`
	Citation   string   `json:"citation,omitempty"`
	Coverage   string   `json:"coverage,omitempty"`
	WouldClear string   `json:"would_clear,omitempty"`
}

// Flags answers with a part of the list of flags.
func Flags(q *page.Request) error {
	scope, err := q.Scope(access.Flag)
	if err != nil {
		return err
	}
	fq := flagpages.Query(q.Params())
	fq.Limit = Size
	if fq.Offset, err = cursor(q); err != nil {
		return err
	}
	list, total, err := q.Snapshot.Flags(q.R.Context(), q.Frame, scope, fq)
	if err != nil {
		return err
	}
	out := make([]apiFlagRow, 0, len(list))
	for _, f := range list {
		out = append(out, apiFlagRow{ID: f.ID, Provider: f.ProviderID, Location: f.LocationID, Rule: f.RuleID, Title: f.RuleTitle, Level: f.Level, LevelName: q.Config.Words.Levels[min(max(f.Level, 0), 3)],
			FailKind: f.FailureKind, Strength: f.Strength, Basis: f.Basis, Sentence: f.Sentence, Observed: f.Observed, Expected: f.Expected, OpenedOn: page.ISO(f.OpenedOn), ClearedOn: page.ISO(f.ClearedOn), State: f.State})
	}
	return answerJSON(q, out, &total, nextCursor(q, fq.Offset, len(list), total), list)
}

// Flag answers with one flag.
func Flag(q *page.Request) error {
	f, err := flagpages.Find(q, q.R.PathValue("id"))
	if err != nil {
		return err
	}
	return answerJSON(q, apiFlagRow{ID: f.ID, Provider: f.ProviderID, Location: f.LocationID, Rule: f.RuleID, Title: f.RuleTitle, Level: f.Level, LevelName: q.Config.Words.Levels[min(max(f.Level, 0), 3)],
		Strength: f.Strength, Basis: f.Basis, Sentence: f.Sentence, Observed: f.Observed, Expected: f.Expected, OpenedOn: page.ISO(f.OpenedOn), ClearedOn: page.ISO(f.ClearedOn), State: f.State,
		FailKind: f.FailureKind, Threshold: f.Threshold, Citation: f.Citation, Coverage: f.Coverage, WouldClear: f.Counterfactual}, nil, "", f)
}

type apiSource struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	State       string `json:"state"`
	DataTo      string `json:"data_to,omitempty"`
	LateDays    *int64 `json:"late_days"`
	Rows        *int64 `json:"rows"`
	Quarantined *int64 `json:"rows_quarantined"`
}

// Sources answers with the sources and how fresh they are.
func Sources(q *page.Request) error {
	out := []apiSource{}
	for _, s := range q.Frame.Sources {
		out = append(out, apiSource{s.Name, s.Title, s.State, page.ISO(s.DataTo), s.LateDays, s.Rows, s.Quarantined})
	}
	return answerJSON(q, out, nil, "", q.Frame.Sources)
}

// rowsIn is how many rows an answer of the API holds.
func rowsIn(data any) int {
	v := reflect.ValueOf(data)
	if v.Kind() == reflect.Slice {
		return v.Len()
	}
	return 1
}
