package review

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// TestMinutesOfTheGroupHaveAClock: draft, agreed by the chair, circulated, within five working days of England's calendar.
func TestMinutesOfTheGroupHaveAClock(t *testing.T) {
	w := newWorld(t)
	w.now = d("2 Apr 2026").Add(9 * time.Hour) // the Thursday before Easter
	desk := w.desk(Options{})
	on := d("2 Apr 2026")
	if err := desk.RecordMeeting(w.ctx, "u-ada", on); err != nil {
		t.Fatal(err)
	}
	stands := func(want Met) {
		t.Helper()
		met, err := desk.Meetings(w.ctx)
		if err != nil || len(met) != 1 {
			t.Fatalf("%+v, %v", met, err)
		}
		if m := met[0]; m.Minutes != want.Minutes || m.Agreed != want.Agreed || !m.Circulated.Equal(want.Circulated) || !m.Due.Equal(d("13 Apr 2026")) {
			t.Errorf("stands %+v, want %+v", m, want)
		}
	}
	refused := func(err error, field, want string) {
		t.Helper()
		var input *InputError
		if !errors.As(err, &input) || input.Field != field || !strings.Contains(input.Says, want) {
			t.Errorf("%v, want %q beside %s", err, want, field)
		}
	}
	overdue := func(want int) {
		t.Helper()
		if n, err := desk.MinutesOverdue(w.ctx); err != nil || n != want {
			t.Errorf("%d overdue, %v, want %d", n, err, want)
		}
	}
	stands(Met{})
	refused(desk.RecordMeeting(w.ctx, "u-ada", on), "met_on", "is recorded already")
	refused(desk.Circulate(w.ctx, "u-ada", on, on), "circulated_of", "agreed by the chair before")
	refused(desk.Circulate(w.ctx, "u-ada", d("1 Apr 2026"), on), "circulated_of", "choose one of the meetings")
	if err := desk.RecordMinutes(w.ctx, "u-ada", on, "Two visits were agreed.", false); err != nil {
		t.Fatal(err)
	}
	stands(Met{Minutes: "Two visits were agreed."})
	w.now = d("13 Apr 2026").Add(20 * time.Hour)
	overdue(0)
	w.now = d("14 Apr 2026").Add(8 * time.Hour)
	overdue(1)
	if err := desk.RecordMinutes(w.ctx, "u-ada", on, "Three visits were agreed.", true); err != nil {
		t.Fatal(err)
	}
	overdue(1)
	refused(desk.Circulate(w.ctx, "u-ada", on, time.Time{}), "circulated_on", "enter the day")
	refused(desk.Circulate(w.ctx, "u-ada", on, d("1 Apr 2026")), "circulated_on", "before the meeting")
	refused(desk.Circulate(w.ctx, "u-ada", on, d("15 Apr 2026")), "circulated_on", "after today")
	if err := desk.Circulate(w.ctx, "u-ada", on, d("14 Apr 2026")); err != nil {
		t.Fatal(err)
	}
	stands(Met{Minutes: "Three visits were agreed.", Agreed: true, Circulated: d("14 Apr 2026")})
	overdue(0)
	refused(desk.Circulate(w.ctx, "u-ada", on, d("14 Apr 2026")), "circulated_of", "were circulated on 14 Apr 2026")
	refused(desk.RecordMinutes(w.ctx, "u-ada", on, "Four.", false), "minutes", "locked")
}
