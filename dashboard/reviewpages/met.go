package reviewpages

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"bellwether/casework/review"
	"bellwether/casework/workdays"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// minutesLine says where the minutes of one meeting of the group stand.
type minutesLine struct {
	Met     review.Met
	Says    string
	Overdue bool
}

// minutesOf puts a meeting's minutes into words: what is recorded, and by when all members have them.
func minutesOf(m review.Met, today time.Time) minutesLine {
	l := minutesLine{Met: m, Overdue: m.Overdue(today)}
	switch {
	case !m.Circulated.IsZero() && m.Circulated.After(m.Due):
		l.Says = "circulated on " + words.Date(m.Circulated) + ", after the day on which they were due, " + words.Date(m.Due)
	case !m.Circulated.IsZero():
		l.Says = "circulated on " + words.Date(m.Circulated)
	case m.Agreed:
		l.Says = "agreed by the chair, to be with all members by " + words.Date(m.Due)
	case m.Minutes != "":
		l.Says = "a draft before the chair, to be with all members by " + words.Date(m.Due)
	default:
		l.Says = "not written yet, to be with all members by " + words.Date(m.Due)
	}
	return l
}

// minutesWanted are the meetings whose minutes are not with all members, the newest first.
func minutesWanted(met []review.Met, today time.Time) []minutesLine {
	var out []minutesLine
	for _, m := range met {
		if m.Circulated.IsZero() {
			out = append(out, minutesOf(m, today))
		}
	}
	return out
}

// Met records that the group met, its minutes, or that they were circulated.
func Met(q *page.Request) error {
	ctx := q.R.Context()
	f, err := q.Sent()
	if err != nil {
		return err
	}
	d := q.Config.Authorise(q.Subject, access.Record, access.Resource{Class: access.ClassB, Kind: access.Minutes})
	if !d.Allow {
		return q.Refuse(d, "")
	}
	// which reads the meeting that a list names.
	which := func(field string) time.Time {
		on, ok := workdays.Parse(f.Get(field))
		if !ok {
			f.Refuse(field, "choose one of the meetings that were recorded")
		}
		return on
	}
	var on time.Time
	var says string
	var do func() error
	switch f.Get("step") {
	case "minutes":
		on, says = which("minutes_on"), "The minutes of %s are kept. They go into the papers for the next meeting."
		do = func() error {
			return q.Config.Reviews.RecordMinutes(ctx, q.Subject.UserID, on, f.Get("minutes"), f.Has("agreed", "yes"))
		}
	case "circulated":
		on, says = which("circulated_of"), "The minutes of %s are with all members."
		sent := f.Day("circulated_on")
		do = func() error { return q.Config.Reviews.Circulate(ctx, q.Subject.UserID, on, sent) }
	default:
		on = f.Day("met_on")
		says = "The meeting of %s is recorded. Changes are counted from its end, and its minutes are due to all members by " + words.Date(workdays.MinutesDue(on)) + "."
		do = func() error { return q.Config.Reviews.RecordMeeting(ctx, q.Subject.UserID, on) }
	}
	if len(f.Errors) == 0 {
		err := do()
		var input *review.InputError
		switch {
		case errors.As(err, &input):
			f.Refuse(input.Field, input.Says)
		case err != nil:
			return err
		}
	}
	if len(f.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return showChanges(q, f)
	}
	return q.Done(fmt.Sprintf(says, workdays.Format(on)), "/review/changes")
}
