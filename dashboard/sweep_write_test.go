package dashboard

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"bellwether/casework/cases"
	"bellwether/casework/requests"
	"bellwether/casework/store"
	"bellwether/dashboard/page"
)

// absentCase has the form of a case's id, and is none.
var absentCase = strings.Repeat("0d", 12)

// whoWrites is, written down apart from the policy, who may send which form: by pattern, and for those about one thing by its id. Whoever
// isn't named is refused.
var whoWrites = map[string]map[string][]string{
	"/restrictions":              {"": {"chair"}},
	"/restrictions/{id}":         {},
	"/emergency":                 {"": {"lead", "sal", "sandy"}},
	"/emergency/{id}/review":     {"": {"governance"}},
	"/review/{id}":               {flagConcerns: {"chair", "member"}, "F5e6f70819203142": {"chair", "conflicted", "member"}},
	"/review/changes":            {"": {"chair", "conflicted", "member", "support"}},
	"/review/interests":          {"": {"chair", "conflicted", "everywhere", "lead", "member", "north", "officer", "sal", "sandy", "support"}}, // one's own
	"/review/pack":               {"": {"chair", "conflicted", "member", "support"}},
	"/review/cases/{id}":         {openCase: {"chair", "member"}, policeCase: {"member"}, courtCase: {"member"}},
	"/contingency/clear":         {"": {"lead", "sal", "sandy"}},
	"/data/held/{id}":            {"": {"admin"}},
	"/data/matches/{id}":         {"": {"everywhere", "lead", "sal", "sandy"}},
	"/data/matches/{id}/confirm": {"": {"everywhere", "lead", "sal", "sandy"}},
	// Looking a person up needs a reason on top, which the route gives.
	"/requests":               {"": {"governance"}},
	"/requests/{id}/build":    {"": {"governance"}},
	"/requests/{id}/sign":     {"": {"chair", "governance"}},
	"/requests/{id}/answered": {"": {"governance"}},
	"/requests/{id}/paper":    {"": {"governance"}},
	"/cases/new":              {"": {"chair", "lead", "sal", "sandy"}},
	"/cases/{id}":             {openCase: {"chair", "sal"}, policeCase: {"sal"}, courtCase: {"sal"}},
	// Anybody who knows of a case may say that they have an interest in it; Sandy has opened the second in an emergency.
	"/cases/{id}/interest":                 {openCase: {"chair", "lead", "liaison", "member", "sal", "sandy", "support", "wren"}, policeCase: {"member", "sal"}, courtCase: {"member", "sal", "sandy"}},
	"/cases/{id}/notifications/due":        {openCase: {"chair", "sal"}, policeCase: {"sal"}, courtCase: {"sal"}},
	"/cases/{id}/affected/listed":          {openCase: {"sal"}, policeCase: {"sal"}, courtCase: {"sal"}},
	"/cases/{id}/actions/import":           {openCase: {"chair", "sal", "support"}, policeCase: {"sal"}, courtCase: {"sal"}},
	"/cases/{id}/meetings/{number}/papers": {openCase: {"chair", "member", "sal", "support"}, policeCase: {"member", "sal"}, courtCase: {"member", "sal"}},
	"/cases/{id}/{register}":               {openCase: {"chair", "sal", "support"}, policeCase: {"sal"}, courtCase: {"sal"}},
	"/cases/{id}/{register}/{number}":      {openCase: {"chair", "sal", "support"}, policeCase: {"sal"}, courtCase: {"sal"}},
	"/providers/{id}/intelligence":         {hiddenProvider: {"chair", "everywhere", "lead", "member", "sal", "sandy", "support"}, "1-9000003": {"chair", "conflicted", "everywhere", "lead", "member", "north", "sal", "sandy", "support"}},
	"/providers/{id}/intelligence/{note}":  {hiddenProvider: {"chair", "everywhere", "lead", "member", "sal", "sandy", "support"}, "1-9000003": {"chair", "conflicted", "everywhere", "lead", "member", "north", "sal", "sandy", "support"}},
}

// fullForm is a form that does something at most addresses: what their own pages send, together.
func fullForm(version string) url.Values {
	const words = "Sent by somebody who may not."
	f := fill("version", version, "confirm", "yes", "reason", words, "text", words, "note", words, "kind", "police", "case", openCase, "with", "member", "ground", words, "cause", "immediate_harm", "outcome", "proper", "provider_id", hiddenProvider,
		"stage", "initial_meeting", "level", "2", "theme", "Medicines", "description", words, "likelihood", "4", "impact", "4", "controls", words, "owner", "Oz", "trigger", words, "detail", words, "organisation", "Council", "name", "Ada", "role", "chair",
		"recipients", "Chief Nurse", "about", words, "scope", "all", "share", "all", "p", hiddenProvider, "on", today, "acknowledge_owner", "u-member", "note_note", words, "provider", hiddenProvider, "miles", "any", "accept", "yes")
	for _, field := range []string{"review_on", "since", "on", "met_on", "due_on", "decided_on"} {
		on(f, field, today)
	}
	return f
}

// written is how many events the store of the cases holds.
func (st *site) written() (n int) {
	st.t.Helper()
	if err := st.kept.Replay(st.t.Context(), 0, func(store.Event) error { n++; return nil }); err != nil {
		st.t.Fatal(err)
	}
	return n
}

// TestNothingIsWrittenByWhoMayNot sends every form of the table of routes as everybody, about every kind of thing: one that is open, two that
// are hidden, one that never was. Whoever isn't named above is refused, which is recorded once and changes nothing, and reads the same about
// what is hidden as about what never was.
func TestNothingIsWrittenByWhoMayNot(t *testing.T) {
	st, _ := canaryWorld(t)
	version := st.version("sal", "/cases/"+openCase)
	sent, refused, compared, taken := 0, 0, 0, 0
	registers := []string{"risks", "adults", "shares"}
	if *whole {
		registers = nil
		for _, r := range cases.Registers() {
			registers = append(registers, r.ID)
		}
	}
	for _, rt := range st.server.Routes {
		path, isPost := strings.CutPrefix(rt.Pattern, "POST ")
		if !isPost || rt.Public || strings.HasPrefix(path, "/account/") || path == "/look-back" || path == "/emergency/end" {
			continue // what is one's own names nobody else's: TestOwnSessionsAreListedAndEnded, TestViewsAreOnesOwn
		}
		who, known := whoWrites[path]
		if !known {
			t.Errorf("%s writes, and nobody has said here who may", rt.Pattern)
			continue
		}
		ids := []string{"none"}
		switch {
		case strings.HasPrefix(path, "/cases/{id}"), strings.HasPrefix(path, "/review/cases/"):
			ids = []string{openCase, policeCase, courtCase, absentCase}
		case strings.HasPrefix(path, "/review/{id}"):
			ids = []string{flagConcerns, "F5e6f70819203142", "Fffffffffffffffff"}
		case strings.HasPrefix(path, "/requests/"):
			ids = []string{st.firstRequest(requests.FOI), st.firstRequest(requests.SubjectAccess), "none"}
		case strings.HasPrefix(path, "/providers/"):
			ids = []string{hiddenProvider, "1-9000003", "none"}
		case !strings.Contains(path, "{id}"):
			ids = []string{""}
		}
		at := []string{path}
		if strings.Contains(path, "{register}") {
			at = nil
			for _, r := range registers {
				at = append(at, strings.ReplaceAll(path, "{register}", r))
			}
		}
		for as := range people {
			for _, path := range at {
				answers := map[string]string{}
				for _, id := range ids {
					may := slices.Contains(who[id], as) || slices.Contains(who[""], as)
					form := fullForm(version)
					if may {
						form = fill("step", "none") // what they may do is the business of other tests
					}
					st.as(as)
					st.audit.take()
					before := st.written()
					resp, body := st.send(as, http.MethodPost, strings.NewReplacer("{id}", id, "{number}", "1", "{note}", "1").Replace(path), form, nil)
					log := st.audit.take()
					sent++
					switch {
					case resp.StatusCode >= 500:
						t.Errorf("%s of %q as %s breaks: %d", path, id, as, resp.StatusCode)
					case may:
						taken++
					case resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusNotFound:
						t.Errorf("%s of %q as %s: %d", path, id, as, resp.StatusCode)
					case st.written() != before:
						t.Errorf("%s of %q as %s is refused and writes", path, id, as)
					case len(log) != 1 && resp.StatusCode == http.StatusForbidden || slices.ContainsFunc(log, func(e page.Entry) bool { return e.Allowed }):
						t.Errorf("%s of %q as %s is refused and recorded as %+v", path, id, as, log)
					default:
						refused++
						answers[id] += resp.Status + masked(strings.ReplaceAll(body, cmp.Or(id, "no id"), "ID"))
					}
				}
				for _, hidden := range []string{policeCase, courtCase} {
					if a, b := answers[hidden], answers[absentCase]; a != "" {
						if compared++; a != b {
							t.Errorf("%s as %s tells %s from a case that never was:\n%s", path, as, hidden, firstDifference(a, b))
						}
					}
				}
			}
		}
	}
	// The control: the same form writes when it is sent by one who may.
	before := st.written()
	form := fullForm(version)
	if resp, body := st.send("sal", http.MethodPost, "/cases/"+openCase+"/risks", form, nil); resp.StatusCode != http.StatusSeeOther || st.written() == before {
		t.Errorf("the form writes nothing for one who may either: %d\n%s", resp.StatusCode, mainOf(body))
	}
	t.Logf("%d forms sent, %d refused, %d about hidden cases compared with ones about none, %d let in", sent, refused, compared, taken)
	if refused < 800 || compared < 200 || taken < 100 {
		t.Error("the sweep sends too little to prove anything")
	}
}
