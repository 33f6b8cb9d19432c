package intelligence

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/decisions"
	"bellwether/casework/store"
	"bellwether/casework/store/memory"
)

func answers(more ...string) map[string]string {
	v := map[string]string{"on": "2026-02-20", "source": "whistle_blower", "reliability": "likely", "theme": "staffing", "bears": "worse", "what": "Nights are run by one carer.", "sharing": "partners", "basis": "Public interest"}
	for i := 0; i+1 < len(more); i += 2 {
		v[more[i]] = more[i+1]
	}
	return v
}

// TestANote is written, refused, amended at the right version only, and taken back; each version tells the next run.
func TestANote(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	kept := memory.New()
	b := New(kept, func() time.Time { return now })
	write := func(values map[string]string) (Note, error) {
		return b.Record(t.Context(), Entry{By: "u-1", Organisation: "Larkshire", ProviderID: "P1", LocationID: "L1", Values: values})
	}
	for name, tc := range map[string]struct {
		values map[string]string
		want   string
	}{
		"no theme":         {answers("theme", ""), "choose what it is about"},
		"no bearing":       {answers("bears", ""), "choose what it says"},
		"a date to come":   {answers("on", "2026-03-03"), "on"},
		"no source":        {answers("source", ""), "fill in source"},
		"a source we lack": {answers("source", "the moon"), "choose one of the answers"},
	} {
		var input *cases.InputError
		if _, err := write(tc.values); !errors.As(err, &input) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	n, err := write(answers())
	if err != nil || n.Version != 1 || !n.Joins() {
		t.Fatalf("%+v, %v", n, err)
	}
	now = now.AddDate(0, 1, 0)
	if n, err = b.Amend(t.Context(), n.ID, 1, Entry{By: "u-2", Values: answers("reliability", "confirmed")}); err != nil || n.Amended() != 1 || n.LocationID != "" {
		t.Fatalf("amended: %+v, %v", n, err)
	}
	var conflict *store.ConflictError
	if _, err := b.Amend(t.Context(), n.ID, 1, Entry{By: "u-3", Values: answers()}); !errors.As(err, &conflict) {
		t.Errorf("amended from an old version: %v", err)
	}
	if err := b.Withdraw(t.Context(), n.ID, 2, "u-2", " "); err == nil || !strings.Contains(err.Error(), "why") {
		t.Errorf("withdrawn without a reason: %v", err)
	}
	now = now.AddDate(0, 1, 0)
	if err := b.Withdraw(t.Context(), n.ID, 2, "u-2", "It was about another home."); err != nil {
		t.Fatal(err)
	}
	// Another book over the same store, as the pipeline opens one, knows the same.
	all, err := New(kept, time.Now).About(t.Context(), "P1")
	if err != nil || len(all) != 1 || !all[0].Withdrawn() || all[0].Why == "" {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := b.Amend(t.Context(), n.ID, 3, Entry{By: "u-1", Values: answers()}); !errors.Is(err, ErrUnknown) {
		t.Errorf("amended after it was taken back: %v", err)
	}
	var events []store.Event
	if err := kept.Replay(t.Context(), 0, func(e store.Event) error { events = append(events, e); return nil }); err != nil {
		t.Fatal(err)
	}
	lines, err := Lines(events)
	if err != nil || len(lines) != 3 || lines[0].On != "2026-03-02" || lines[1].Reliability != "confirmed" || !lines[2].Withdrawn || lines[0].Kind != decisions.Intelligence {
		t.Errorf("%+v, %v", lines, err)
	}
}

func TestWhoMayReadIt(t *testing.T) {
	for _, tc := range []struct {
		sharing, user, organisation string
		want                        bool
	}{
		{"all", "u-9", "CQC", true}, {"partners", "u-9", "CQC", true},
		{"agency", "u-9", "Larkshire", true}, {"agency", "u-9", "CQC", false}, {"agency", "u-9", "", false}, {"agency", "u-1", "", true},
		{"nobody", "u-9", "Larkshire", false}, {"nobody", "u-1", "Larkshire", true},
	} {
		n := Note{By: "u-1", LastBy: "u-9", Organisation: "Larkshire", Values: answers("sharing", tc.sharing)}
		if got := n.For(tc.user, tc.organisation); got != tc.want {
			t.Errorf("%+v: %v", tc, got)
		}
	}
	if (Note{By: "u-1", Values: answers("sharing", "agency")}).For("u-9", "") {
		t.Error("two accounts without an organisation are taken for colleagues")
	}
}
