package flags

import (
	"strings"
	"testing"
	"time"

	"bellwether/analytics/rules"
)

func TestEveryNamedEventIsProviderFailure(t *testing.T) {
	if n := len(NamedEvents()); n != 10 {
		t.Fatalf("%d events; the design names ten", n)
	}
	for _, e := range NamedEvents() {
		t.Run(string(e), func(t *testing.T) {
			if e.Title() == string(e) || strings.Contains(e.Title(), "_") {
				t.Errorf("%q has no words of its own", e)
			}
			d, err := EventDecision("P", e, week(2), "")
			if err != nil {
				t.Fatal(err)
			}
			res := run(t, []Decision{d}, home(t, "A", "P", times(6, vals{"concerns_12w": 0, "complaints_12w": 0, "rating_overall": 4})...))
			l := res.Levels[0]
			if l.Level != rules.ProviderFailure || l.FailureKind != rules.FailureEvent || !strings.Contains(l.Headline, e.Title()) {
				t.Errorf("stands at %s (%s): %s", l.Level, l.FailureKind, l.Headline)
			}
			if got := levels(res, "P"); got != "003333" && got != "033333" {
				t.Errorf("levels %s: it should begin with the event", got)
			}
			if it := res.Items[0]; !it.Always || !it.WithinShare {
				t.Error("a named event was put below the line")
			}
		})
	}
}

func TestEventDecisionRefusesWhatIsNone(t *testing.T) {
	for name, try := range map[string]struct {
		provider string
		event    NamedEvent
		on       time.Time
		want     string
	}{
		"no event":    {"P", "rumour", week(1), "names no event"},
		"no provider": {"", Fire, week(1), "names no provider"},
		"no date":     {"P", Fire, time.Time{}, "has no date"},
	} {
		if _, err := EventDecision(try.provider, try.event, try.on, ""); err == nil || !strings.Contains(err.Error(), try.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d, err := EventDecision("P", Flood, week(1), "the ground floor is under water.")
	if err != nil || d.Reason != "Flood: the ground floor is under water." {
		t.Errorf("%q, %v", d.Reason, err)
	}
}

// Insolvency with the service still running is a risk: only the rules speak, and they propose contingency planning.
func TestInsolvencyWhileRunningIsARisk(t *testing.T) {
	u := Unit{Kind: rules.UnitProvider, ID: "P", ProviderIDs: []string{"P"}, Looks: weekly(t, times(5, vals{"company_failure": 1, "running": 1, "accounts_overdue_days": 40})...)}
	for _, f := range run(t, nil, u).Flags {
		if f.FailureKind == rules.FailureEvent {
			t.Errorf("%s makes it an event", f.RuleID)
		}
	}
}
