package restricted

import (
	"errors"
	"testing"
	"time"

	"bellwether/internal/access"
)

func TestBreakingTheGlass(t *testing.T) {
	d := newDesk(t)
	d.open(access.ComplicitRestriction, "c1")
	u, err := d.Break(d.ctx, "eve", "c1", "immediate_harm", "a resident has been moved tonight")
	if err != nil || u.CaseID != "c1" || u.Until.Sub(u.At) != time.Hour {
		t.Fatalf("%+v, %v", u, err)
	}
	glass := func() access.Subject {
		s := subject("eve")
		s.BrokenGlass = d.Broken("eve")
		return s
	}
	for _, tt := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {time.Hour - time.Second, true}, {time.Hour, false}, {2 * time.Hour, false}} {
		d.at = u.At.Add(tt.after)
		if got := d.Visible(glass(), "c1"); got != tt.want {
			t.Errorf("after %s: %v", tt.after, got)
		}
	}
	d.at = u.At.Add(time.Minute)
	if d.Visible(glass(), "c2") != true || len(d.Broken("dan")) != 0 {
		t.Error("one person's glass is another's, or an open case was hidden")
	}
	d.must(d.End(d.ctx, "eve"))
	if d.Visible(glass(), "c1") {
		t.Error("it goes on after sign-out")
	}
}

func TestGlassNeverOpensWhatIsThePolices(t *testing.T) {
	d := newDesk(t)
	d.open(access.PoliceRestriction, "c1")
	d.open(access.CourtRestriction, "c3")
	for _, id := range []string{"c1", ""} {
		if _, err := d.Break(d.ctx, "eve", id, "immediate_harm", "a good reason"); !errors.Is(err, ErrUnknown) {
			t.Errorf("%q: %v", id, err)
		}
	}
	// Restricted by the police after the glass was broken: the open hour does not help.
	if _, err := d.Break(d.ctx, "eve", "c3", "immediate_harm", "a good reason"); err != nil {
		t.Fatal(err)
	}
	d.open(access.PoliceRestriction, "c3")
	s := subject("eve")
	if s.BrokenGlass = d.Broken("eve"); d.Visible(s, "c3") {
		t.Error("an open hour reaches what became the police's")
	}
	if granted, _, _ := d.UseCounts(); granted != 1 {
		t.Errorf("%d uses were kept", granted)
	}
}

func TestUsesAreReviewedByAnother(t *testing.T) {
	d := newDesk(t)
	var says *InputError
	for _, bad := range [][2]string{{"", "a good reason"}, {"curiosity", "a good reason"}, {"immediate_harm", "x"}} {
		if _, err := d.Break(d.ctx, "eve", "c1", bad[0], bad[1]); !errors.As(err, &says) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	u, err := d.Break(d.ctx, "eve", "c1", "out_of_hours", "nobody answers the telephone")
	d.must(err)
	if got := u.DueBy.Format(time.DateOnly); got != "2026-03-16" { // two working days after a Thursday
		t.Errorf("due by %s", got)
	}
	if err := d.ReviewUse(d.ctx, u.ID, "eve", true, "I had to"); !errors.As(err, &says) {
		t.Errorf("reviewed by oneself: %v", err)
	}
	if err := d.ReviewUse(d.ctx, "ffffffffffffffff", "gil", true, "nothing there"); !errors.Is(err, ErrUnknown) {
		t.Errorf("an absent use: %v", err)
	}
	d.at = time.Date(2026, 3, 17, 12, 0, 0, 0, time.UTC)
	if granted, open, late := d.UseCounts(); granted != 1 || open != 1 || late != 1 {
		t.Errorf("%d, %d, %d", granted, open, late)
	}
	d.must(d.ReviewUse(d.ctx, u.ID, "gil", false, "the on-call officer could be reached"))
	if err := d.ReviewUse(d.ctx, u.ID, "gil", true, "changed my mind"); !errors.As(err, &says) {
		t.Errorf("reviewed twice: %v", err)
	}
	granted, open, late := d.UseCounts()
	if got := d.Uses()[0]; granted != 1 || open != 0 || late != 0 || got.Justified || got.ReviewedBy != "gil" || got.Finding == "" {
		t.Errorf("%d, %d, %d, %+v", granted, open, late, got)
	}
}
