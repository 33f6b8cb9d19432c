package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/casework/restricted"
	"bellwether/casework/review"
	"bellwether/casework/store"
	"bellwether/casework/store/memory"
	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
	"bellwether/ingest/identity"
	"bellwether/internal/access"
)

// planted is a word that stands in one field and nowhere else. Its group says who may see that field.
type planted struct{ group, where string }

// canaries are all words that were planted, by word.
type canaries map[string]planted

var canaryForm = regexp.MustCompile(`zqx[0-9]{4}k`)

// plant makes the next word.
func (c canaries) plant(group, where string) string {
	word := fmt.Sprintf("zqx%04dk", len(c))
	c[word] = planted{group, where}
	return word
}

// The cases of the canary crawl. None of their ids looks like a word of the crawl.
var (
	openCase   = strings.Repeat("0a", 12)
	policeCase = strings.Repeat("0b", 12)
	courtCase  = strings.Repeat("0c", 12)
)

// glassAccounts are the accounts of the tests, with what they have opened in an emergency.
type glassAccounts struct {
	*fakeAccounts
	book **restricted.Book
}

// Subject implements Accounts.
func (a glassAccounts) Subject(ctx context.Context, id string) (access.Subject, error) {
	s, err := a.fakeAccounts.Subject(ctx, id)
	if err == nil && *a.book != nil {
		s.BrokenGlass = (*a.book).Broken(id)
	}
	return s, err
}

// plantCase writes a case that has an entry in every register, with a word in every field that takes words.
func plantCase(t *testing.T, kept store.Store, c canaries, name, id, provider string) {
	t.Helper()
	var events []store.NewEvent
	add := func(kind string, data map[string]any) {
		body, err := json.Marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, store.NewEvent{Type: kind, At: ninth().Add(-time.Hour + time.Duration(len(events))*time.Second), Actor: "u-sal", Data: body})
	}
	add("case.opened", map[string]any{"provider_id": provider, "provider_name": "Provider " + provider, "stage": "initial_meeting", "text": c.plant(name+" B", name+": why it was opened")})
	for _, r := range cases.Registers() {
		for number := 1; number <= 3; number++ {
			of := name + " " + string(r.Class)
			if r.Class == "" {
				of = name + " B"
			}
			// The second entry of some registers belongs to the people of one authority, and the case is shared with two organisations.
			wren := number == 2 && slices.Contains([]string{"shares", "adults", "affected", "notifications"}, r.ID)
			cqc := number == 3 && r.ID == "shares"
			if number > 1 && !wren && !cqc {
				continue
			}
			if name == "open" && (wren || cqc) {
				of += map[bool]string{true: " of Wrenshire", false: " of the commission"}[wren]
			}
			values := map[string]string{}
			for _, f := range r.Fields {
				group := of
				if number == 1 && f.ID == "placing" {
					group = name + " B" // whom to tell is known to everybody who notifies: an authority, without the person
				}
				if name == "open" && r.ID == "placements" && f.ID == "scope" {
					group = "open B, told outside"
				}
				switch {
				case cqc && f.ID == "organisation":
					values[f.ID] = "Care Quality Commission"
				case wren && (f.ID == "organisation" || f.ID == "placing" || f.ID == "name"):
					values[f.ID] = "Wrenshire Council"
				case f.Kind == cases.Text, f.Kind == cases.Long, f.Kind == cases.Pseudonym:
					values[f.ID] = c.plant(group, name+": "+r.ID+"."+f.ID)
				case f.Kind == cases.Date && f.Required:
					values[f.ID] = today
				case f.Kind == cases.Choice && len(f.Options) > 0:
					values[f.ID], _ = cases.Option(f.Options[0])
				case f.Kind == cases.Number, f.Kind == cases.Score:
					values[f.ID] = "3"
				case f.Kind == cases.Person && r.ID == "roles":
					values[f.ID] = "u-sal"
				case f.Ref() != "":
					values[f.ID] = "1"
				}
			}
			if wren && r.ID == "notifications" {
				values["recipient"], values["sent_on"] = "placing", today
			}
			add("case.recorded", map[string]any{"register": r.ID, "number": number, "values": values})
		}
	}
	add("case.ticked", map[string]any{"point": "initial_meeting/themes", "text": c.plant(name+" B", name+": a note beside a tick")})
	add("case.moved", map[string]any{"move": "to_findings", "stage": "findings_meeting", "text": c.plant(name+" B", name+": why it moved")})
	if _, err := kept.Append(t.Context(), "case/"+id, 0, events...); err != nil {
		t.Fatal(err)
	}
}

// canaryWorld is a site over a county and cases of which every field that could hold a name or free text holds a word of its own.
func canaryWorld(t *testing.T, change ...func(*page.Config)) (*site, canaries) {
	t.Helper()
	c := canaries{}
	db := larkshire.County(t)
	set := func(group, table, column, where string) {
		if _, err := db.ExecContext(t.Context(), fmt.Sprintf("UPDATE %s SET %s = ? WHERE %s", table, column, where), c.plant(group, table+"."+column)); err != nil {
			t.Fatal(err)
		}
	}
	one := func(table, key string) string {
		return fmt.Sprintf("%s = (SELECT max(%s) FROM %s WHERE provider_id = '%s')", key, key, table, hiddenProvider)
	}
	for _, column := range []string{"adult_ref", "alleged_ref", "referrer", "source_of_risk"} {
		set("nobody", "core.concern", column, one("core.concern", "concern_id"))
	}
	for _, column := range []string{"adult_ref", "alleged_ref", "risk_outcome"} {
		set("nobody", "core.enquiry", column, one("core.enquiry", "enquiry_id"))
	}
	set("nobody", "core.complaint", "complainant", one("core.complaint", "complaint_id"))
	// The list of people placed is shown as a number; naming them in a case is a decision of its own.
	set("nobody", "core.placement", "person_ref", "is_current AND "+one("core.placement", "placement_id"))
	set("signals", "analytics.flag", "sentence", "flag_id = '"+flagConcerns+"'")
	set("signals", "analytics.flag", "coverage", "flag_id = '"+flagConcerns+"'")
	set("signals", "analytics.flag", "counterfactual", "flag_id = '"+flagConcerns+"'")
	set("signals", "analytics.flag_evidence", "what", "flag_id = '"+flagConcerns+"' AND record_id = (SELECT max(record_id) FROM analytics.flag_evidence WHERE flag_id = '"+flagConcerns+"')")
	set("signals", "mart.timeline", "what", "provider_id = '"+hiddenProvider+"' AND on_date = (SELECT max(on_date) FROM mart.timeline WHERE provider_id = '"+hiddenProvider+"')")
	set("signals", "analytics.provider_level", "headline", "provider_id = '"+hiddenProvider+"'")
	set("unmatched", "core.unmatched", "name_given", "feed = 'complaints'")
	name := c.plant("names", "core.name_open.provider_name")
	for _, table := range []string{"core.name_open", "core.match_candidate"} {
		if _, err := db.ExecContext(t.Context(), "UPDATE "+table+" SET provider_name = ? WHERE provider_name = 'The Willows (old)'", name); err != nil {
			t.Fatal(err)
		}
	}
	kept := memory.New()
	plantCase(t, kept, c, "open", openCase, hiddenProvider)
	plantCase(t, kept, c, "police", policeCase, "1-9000003")
	plantCase(t, kept, c, "court", courtCase, "1-9000004")
	book := withBook(t, kept, ninth)
	for id, kind := range map[string]string{policeCase: access.PoliceRestriction, courtCase: access.CourtRestriction} {
		group := map[string]string{policeCase: "police ground", courtCase: "court ground"}[id]
		if _, err := book.Open(t.Context(), restricted.Opening{By: "u-sal", With: "u-member", Kind: kind, CaseID: id, Ground: c.plant(group, group)}); err != nil {
			t.Fatal(err)
		}
	}
	joined, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	desk, err := cases.NewDesk(kept, ninth, joined)
	if err != nil {
		t.Fatal(err)
	}
	reviews, err := review.NewDesk(kept, ninth, review.Options{})
	if err != nil {
		t.Fatal(err)
	}
	st := newSite(t, db, append([]func(*page.Config){withPeople, withCalendars, withLimits, withRuns, withRequests(t, db), func(cfg *page.Config) {
		cfg.Accounts = glassAccounts{cfg.Accounts.(*fakeAccounts), &book}
		cfg.Matches = identity.Book{Dir: t.TempDir(), Now: ninth, Calendar: ninth}
		cfg.Restricted, cfg.Casework, cfg.Cases, cfg.Reviews = book, desk, desk, reviews
	}}, change...)...)

	st.kept = kept

	// What people write through the pages.
	item := "/review/" + flagConcerns
	st.sends("member", item, fill("step", "acknowledge", "acknowledge_owner", "u-member", "acknowledge_deputy", "u-chair"))
	st.sends("member", item, fill("step", "note", "note_note", c.plant("signals", "review: note")))
	st.sends("chair", item, fill("step", "disagree", "disagree_doubt", string(review.Doubts[0]), "disagree_reason", c.plant("signals", "review: disagreement")))
	st.sends("member", item, on(fill("step", "decide", "decide_outcome", "visit", "decide_reason", c.plant("signals", "review: reason of a decision")), "decide_next_review", "2026-10-29"))
	if resp, body := st.send("sandy", "POST", "/emergency", fill("case", courtCase, "cause", "immediate_harm", "reason", c.plant("glass", "reason of emergency access")), nil); resp.StatusCode != 303 {
		t.Fatalf("emergency: %d\n%s", resp.StatusCode, mainOf(body))
	}
	if resp, body := st.send("officer", "POST", "/account/views", fill("name", c.plant("own view", "name of an own list"), "query", "level=2"), nil); resp.StatusCode != 303 {
		t.Fatalf("view: %d\n%s", resp.StatusCode, mainOf(body))
	}
	return st, c
}
