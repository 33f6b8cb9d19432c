package metrics

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

type fixedWork struct {
	work Work
	err  error
}

func (f fixedWork) Work(context.Context) (Work, error) { return f.work, f.err }

func TestCaseworkClocks(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	work := Work{Cases: map[string]int{"provider_concern": 2}, OverLimit: 1, ActionsOpen: 7, ActionsOverdue: 3, MinutesOverdue: 1, NotificationsOverdue: 4}
	if err := Casework(reg, fixedWork{work: work}, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	got, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]float64{}
	for _, family := range got {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, l := range m.GetLabel() {
				name += "{" + l.GetValue() + "}"
			}
			have[name] = m.GetGauge().GetValue()
		}
	}
	want := map[string]float64{"bellwether_actions_open": 7, "bellwether_actions_overdue": 3, "bellwether_cases_open{market_management}": 0, "bellwether_cases_open{pre_provider_concern}": 0,
		"bellwether_cases_open{provider_concern}": 2, "bellwether_cases_open{provider_failure}": 0, "bellwether_cases_over_stage_limit": 1, "bellwether_meeting_notes_overdue": 1,
		"bellwether_notifications_overdue": 4, "bellwether_casework_errors": 0}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

// TestCaseworkThatCannotBeCounted shows no zeros: it says that it failed.
func TestCaseworkThatCannotBeCounted(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	if err := Casework(reg, fixedWork{err: errors.New("disk")}, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	got, err := reg.Gather()
	if err != nil || len(got) != 1 || got[0].GetName() != "bellwether_casework_errors" || got[0].GetMetric()[0].GetGauge().GetValue() != 1 {
		t.Errorf("%v, %v", got, err)
	}
}
