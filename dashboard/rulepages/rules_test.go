package rulepages

import (
	"testing"
	"time"

	"bellwether/dashboard/page"
	"bellwether/internal/backtest"
)

func TestTrialsKeepAFew(t *testing.T) {
	var k Trials
	for i := range 40 {
		k.keep(string(rune('A'+i)), oneTrial{})
	}
	if len(k.kept) != keptTrials || len(k.order) != keptTrials || k.known("A") != nil || k.known(string(rune('A'+39))) == nil {
		t.Errorf("%d kept", len(k.kept))
	}
}

func TestTryWords(t *testing.T) {
	l := page.RuleLimit{Value: 4}
	for _, tt := range []struct {
		appear, vanish backtest.Aftermath
		to             float64
		want           string
	}{
		{backtest.Aftermath{}, backtest.Aftermath{}, 4.5, "At 4.5 instead of 4: nothing would have changed in the year."},
		{backtest.Aftermath{Flags: 72, Followed: 24}, backtest.Aftermath{}, 3, "At 3 instead of 4: +6 flags a month, +2 true."},
		{backtest.Aftermath{}, backtest.Aftermath{Flags: 18, Followed: 6}, 5, "At 5 instead of 4: −1.5 flags a month, −0.5 true."},
		{backtest.Aftermath{Flags: 12}, backtest.Aftermath{Flags: 24, Followed: 12}, 1.96, "At 1.96 instead of 4: +1 and −2 flags a month, +0 and −1 true."},
	} {
		var s backtest.Simulation
		s.Months, s.Appear, s.Vanish = 12, tt.appear, tt.vanish
		if got, _ := tryWords(s, l, tt.to); got != tt.want {
			t.Errorf("says %q, want %q", got, tt.want)
		}
	}
}

// oneTrial is a trial that found nothing.
type oneTrial struct{}

func (oneTrial) Compare(time.Time, func(string) bool) (s backtest.Simulation) { return s }
