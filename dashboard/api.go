package dashboard

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

// json answers with data, recorded like a page. The tag names the snapshot and everything else that the answer depends on, so a caller
// that sends it back learns cheaply that nothing has changed.
func (q *request) json(data any, total *int64, next string, shown ...any) error {
	c, err := q.takeAway(rowsIn(data), shown...)
	if err != nil {
		return err
	}
	unmatched := map[string]int64{}
	for _, u := range q.frame.Unmatched {
		unmatched[u.Feed] = u.Records
	}
	body, err := json.Marshal(answer{Unmatched: unmatched, Snapshot: q.snap.ID, AsOf: q.frame.Run.AsOf.Format(time.DateOnly), RuleSet: q.frame.Run.RuleSet + "@" + q.frame.Run.RuleSetHash,
		Marking: q.cfg.Words.Markings.For(c).Text, Total: total, Next: next, Data: data})
	if err != nil {
		return fmt.Errorf("dashboard: writing JSON: %w", err)
	}
	sum := sha256.Sum256(body)
	tag := `"` + shortID(q.snap.ID) + "-" + hex.EncodeToString(sum[:8]) + `"`
	h := q.w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Type", "application/json; charset=utf-8")
	for _, have := range strings.Split(q.r.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(have), "W/") == tag {
			q.w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	q.w.WriteHeader(http.StatusOK)
	_, _ = q.w.Write(body)
	return nil
}

func apiDocument(q *request) error {
	q.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = q.w.Write(schemas.OpenAPI)
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

func apiMarket(q *request) error {
	scope, err := q.scope(access.Provider)
	if err != nil {
		return err
	}
	m, err := q.snap.Market(q.r.Context(), q.frame, scope)
	if err != nil {
		return err
	}
	levels, areas := []apiLevel{}, []apiArea{}
	for _, l := range m.Levels {
		levels = append(levels, apiLevel{l.Level, q.cfg.Words.Levels[min(max(l.Level, 0), 3)], l.Providers, l.Locations, l.Beds})
	}
	for _, a := range m.Areas {
		areas = append(areas, apiArea{a.Name, a.Providers, a.Locations, a.Beds, a.BelowGood, a.Unrated})
	}
	return q.json(map[string]any{"levels": levels, "areas": areas}, nil, "", m.Levels)
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

func (q *request) providerJSON(r read.ProviderRow) apiProviderRow {
	out := apiProviderRow{ID: r.ID, Name: r.Name, Status: r.Status, Areas: r.Areas, Kinds: r.KindList(), Locations: r.Locations, Beds: r.Beds, Brand: r.BrandID, Rating: r.Rating}
	if out.Kinds == nil {
		out.Kinds = []string{}
	}
	if r.Visible {
		out.FailureKind = r.FailureKind
		out.Level, out.LevelName, out.Since, out.FlagsOpen = &r.Level, q.cfg.Words.Levels[min(max(r.Level, 0), 3)], isoOf(r.Since), &r.FlagsOpen
	}
	return out
}

// apiSize is how many records a page of the API holds; tests make it smaller.
var apiSize = 200

// cursor reads where a list goes on; it is a plain offset into a snapshot that never changes.
func (q *request) cursor() (int, error) {
	v := q.r.URL.Query().Get("cursor")
	if v == "" {
		return 0, nil
	}
	snap, at, ok := strings.Cut(v, "-")
	n, err := strconv.Atoi(at)
	if !ok || err != nil || n < 0 || n > 10_000_000 {
		return 0, &problem{status: http.StatusBadRequest, title: "The cursor can't be read", says: "Take it from the field \"next\" of an answer."}
	}
	if snap != shortID(q.snap.ID) {
		return 0, &problem{status: http.StatusConflict, title: "The snapshot has moved on", says: "This cursor belongs to an earlier snapshot. Start the list again."}
	}
	return n, nil
}

func (q *request) nextCursor(offset, shown int, total int64) string {
	if int64(offset+shown) >= total {
		return ""
	}
	return shortID(q.snap.ID) + "-" + strconv.Itoa(offset+shown)
}

func apiProviders(q *request) error {
	scope, err := q.scope(access.Provider)
	if err != nil {
		return err
	}
	pq := q.providerQuery(q.params())
	pq.Sort, pq.Limit = "name", apiSize
	if pq.Offset, err = q.cursor(); err != nil {
		return err
	}
	list, total, err := q.snap.Providers(q.r.Context(), q.frame, scope, pq)
	if err != nil {
		return err
	}
	out := make([]apiProviderRow, 0, len(list))
	for _, r := range list {
		out = append(out, q.providerJSON(r))
	}
	return q.json(out, &total, q.nextCursor(pq.Offset, len(list), total), list)
}

func apiProvider(q *request) error {
	ctx, id := q.r.Context(), q.r.PathValue("id")
	d, err := q.may(access.View, access.ClassA, access.Provider, id)
	if err != nil {
		return err
	}
	scope, err := q.scope(access.Provider)
	if err != nil {
		return err
	}
	list, _, err := q.snap.Providers(ctx, q.frame, scope, read.ProviderQuery{Text: id, All: true, Sort: "name", Limit: apiSize})
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.ID == id && d.Allow {
			return q.json(q.providerJSON(r), nil, "", r)
		}
	}
	if !d.Allow && !d.Hide {
		return q.refuse(d, id)
	}
	return errNotFound
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

func apiFlags(q *request) error {
	scope, err := q.scope(access.Flag)
	if err != nil {
		return err
	}
	fq := flagQuery(q.params())
	fq.Limit = apiSize
	if fq.Offset, err = q.cursor(); err != nil {
		return err
	}
	list, total, err := q.snap.Flags(q.r.Context(), q.frame, scope, fq)
	if err != nil {
		return err
	}
	out := make([]apiFlagRow, 0, len(list))
	for _, f := range list {
		out = append(out, apiFlagRow{ID: f.ID, Provider: f.ProviderID, Location: f.LocationID, Rule: f.RuleID, Title: f.RuleTitle, Level: f.Level, LevelName: q.cfg.Words.Levels[min(max(f.Level, 0), 3)],
			FailKind: f.FailureKind, Strength: f.Strength, Basis: f.Basis, Sentence: f.Sentence, Observed: f.Observed, Expected: f.Expected, OpenedOn: isoOf(f.OpenedOn), ClearedOn: isoOf(f.ClearedOn), State: f.State})
	}
	return q.json(out, &total, q.nextCursor(fq.Offset, len(list), total), list)
}

func apiFlag(q *request) error {
	f, err := q.theFlag(q.r.PathValue("id"))
	if err != nil {
		return err
	}
	return q.json(apiFlagRow{ID: f.ID, Provider: f.ProviderID, Location: f.LocationID, Rule: f.RuleID, Title: f.RuleTitle, Level: f.Level, LevelName: q.cfg.Words.Levels[min(max(f.Level, 0), 3)],
		Strength: f.Strength, Basis: f.Basis, Sentence: f.Sentence, Observed: f.Observed, Expected: f.Expected, OpenedOn: isoOf(f.OpenedOn), ClearedOn: isoOf(f.ClearedOn), State: f.State,
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

func apiSources(q *request) error {
	out := []apiSource{}
	for _, s := range q.frame.Sources {
		out = append(out, apiSource{s.Name, s.Title, s.State, isoOf(s.DataTo), s.LateDays, s.Rows, s.Quarantined})
	}
	return q.json(out, nil, "", q.frame.Sources)
}

// rowsIn is how many rows an answer of the API holds.
func rowsIn(data any) int {
	v := reflect.ValueOf(data)
	if v.Kind() == reflect.Slice {
		return v.Len()
	}
	return 1
}
