package accountpages

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"

	ics "github.com/arran4/golang-ical"

	"bellwether/casework/feeds"
	"bellwether/casework/review"
	"bellwether/dashboard/link"
	"bellwether/internal/access"
)

// keyCalendar carries a new calendar's address to the page that shows it once.
const keyCalendar = "new_calendar"

// calendarWhat says what falls due, by register, without saying about whom.
var calendarWhat = map[string]string{"actions": "Action due", "improvements": "Improvement to be verified", "notifications": "Notification due", "placements": "Review of placements", "directory": "Directory entry to be looked at",
	"risks": "Risk to be reviewed", "monitoring": "Monitoring visit", "replies": "Reply due", "involvement": "Provider involvement to be reviewed", "meetings": "Minutes due"}

// calendarEntry is one day on which something falls due.
type calendarEntry struct {
	On      time.Time
	Summary string
	Path    string
}

// ChangeCalendar makes a new private address for the reader's calendar, or withdraws it.
func ChangeCalendar(q *page.Request) error {
	if q.Config.Calendars == nil {
		return page.ErrNotFound
	}
	if err := q.ReadForm(); err != nil {
		return err
	}
	ctx, what := q.R.Context(), "withdraw_calendar"
	switch q.R.PostForm.Get("do") {
	case "new":
		what = "new_calendar"
	case "withdraw":
	default:
		return &page.Problem{Status: http.StatusBadRequest, Title: "The form can't be read", Says: "Go back and send it again."}
	}
	if err := q.Note(q.Subject.UserID, what, q.Subject.UserID, true, "own_calendar"); err != nil {
		return err
	}
	if what == "withdraw_calendar" {
		if err := q.Config.Calendars.Withdraw(ctx, q.Subject.UserID); err != nil {
			return err
		}
		http.Redirect(q.W, q.R, "/account?done=calendar#calendar", http.StatusSeeOther)
		return nil
	}
	secret, err := q.Config.Calendars.Issue(ctx, q.Subject.UserID)
	if err != nil {
		return err
	}
	q.Sessions.Put(ctx, keyCalendar, secret)
	http.Redirect(q.W, q.R, "/account#calendar", http.StatusSeeOther)
	return nil
}

// ownCalendar fills the account page's part about the calendar.
func ownCalendar(q *page.Request, v *accountView) error {
	if q.Config.Calendars == nil {
		return nil
	}
	v.Calendar = true
	if secret := q.Sessions.PopString(q.R.Context(), keyCalendar); secret != "" {
		base := q.Config.PublicURL
		if base == "" {
			base = "http://" + q.R.Host
		}
		v.CalendarAddress = base + "/calendar/" + secret + ".ics"
	}
	since, ok, err := q.Config.Calendars.Has(q.R.Context(), q.Subject.UserID)
	if ok {
		v.CalendarSince = since
	}
	return err
}

// CalendarFile answers a calendar program, which signs in by the address alone. What it gets is decided by the owner's roles at this
// moment, names nobody, and leaves out whatever is restricted, even from those who are named: a calendar is shown on many screens.
func CalendarFile(q *page.Request) error {
	if q.Config.Calendars == nil {
		return page.ErrNotFound
	}
	ctx := q.R.Context()
	secret, ok := strings.CutSuffix(q.R.PathValue("file"), ".ics")
	if !ok {
		return page.ErrNotFound
	}
	user, err := q.Config.Calendars.Owner(ctx, secret)
	if errors.Is(err, feeds.ErrNone) {
		return page.ErrNotFound
	}
	if err != nil {
		return err
	}
	if q.Subject, err = q.Server.Person(ctx, user); errors.Is(err, page.ErrNoAccount) {
		return page.ErrNotFound
	} else if err != nil {
		return err
	}
	// An address proves less than a sign-in does: nothing that a person must be present for comes this way.
	q.Subject.RecentSignIn, q.Subject.BrokenGlass = false, nil
	snap, release, err := q.Config.Snapshots.Acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	if q.Frame, err = q.Server.FrameOf(ctx, snap); err != nil {
		return err
	}
	if q.Snapshot, err = snap.For(q.Reader()); err != nil {
		return err
	}
	entries, err := calendarEntries(q)
	if err != nil {
		return err
	}
	q.Route.Kind, q.Route.Action = access.ReviewItem, access.View
	if err := q.Record(access.ClassB, "", true, "calendar"); err != nil {
		return err
	}
	h := q.W.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="bellwether.ics"`)
	h.Set("X-Protective-Marking", q.Config.Words.Markings.Sensitive)
	_, err = q.W.Write([]byte(calendar(q, entries)))
	return err
}

func calendarEntries(q *page.Request) ([]calendarEntry, error) {
	ctx := q.R.Context()
	var out []calendarEntry
	scope, err := q.Scope(access.ReviewItem)
	if err != nil {
		return nil, err
	}
	if !scope.None() {
		items, _, err := queue.Read(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			if i.Due.IsZero() || i.State == review.Closed || i.Item.Flag.HeldBack != "" {
				continue
			}
			summary := "Review due"
			if i.State.Waiting() {
				summary = "Item to be taken up"
			}
			out = append(out, calendarEntry{i.Due, summary, link.Review(i.ItemID())})
		}
		met, err := q.Config.Reviews.Meetings(ctx)
		if err != nil {
			return nil, err
		}
		for _, m := range met {
			if m.Circulated.IsZero() {
				out = append(out, calendarEntry{m.Due, calendarWhat["meetings"], link.With("/review/changes", "since", m.On.Format(time.DateOnly))})
			}
		}
	}
	if !q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassB, Kind: access.Case}).Allow {
		return out, nil
	}
	all, err := q.Visible(ctx)
	if err != nil {
		return nil, err
	}
	now := q.Config.Casework.Now()
	for _, standing := range all {
		c := standing.Case
		if q.Config.Restricted != nil && q.Config.Restricted.Restricted(c.ID) {
			continue
		}
		for _, d := range standing.Dues {
			out = append(out, calendarEntry{d.By, calendarWhat[d.Register], link.Case(c.ID) + "/" + d.Register + "/" + strconv.Itoa(d.Number)})
		}
		for _, m := range c.Records["meetings"] {
			if on := m.Day("on"); on.After(now.AddDate(0, 0, -1)) {
				out = append(out, calendarEntry{on, "Meeting", link.Case(c.ID) + "/meetings/" + strconv.Itoa(m.Number)})
			}
		}
		if standing.Stage.Days > 0 && !standing.Ended {
			out = append(out, calendarEntry{now.AddDate(0, 0, standing.Stage.Days-standing.Days), "Stage reaches its limit", link.Case(c.ID)})
		}
	}
	return out, nil
}

// calendar writes the entries as an iCalendar feed of whole days.
func calendar(q *page.Request, entries []calendarEntry) string {
	c := ics.NewCalendarFor("Bellwether")
	c.SetMethod(ics.MethodPublish)
	c.SetXWRCalName("Bellwether: reviews and deadlines")
	c.SetRefreshInterval("PT6H")
	for _, e := range entries {
		sum := sha256.Sum256([]byte(e.Summary + "\x00" + e.Path))
		ev := c.AddEvent(hex.EncodeToString(sum[:12]) + "@bellwether")
		ev.SetDtStampTime(q.Frame.Run.AsOf)
		day := time.Date(e.On.Year(), e.On.Month(), e.On.Day(), 0, 0, 0, 0, time.UTC)
		ev.SetAllDayStartAt(day)
		ev.SetAllDayEndAt(day.AddDate(0, 0, 1))
		ev.SetSummary(e.Summary)
		ev.SetDescription("Sign in to see what it is about. " + q.Config.Words.Markings.Sensitive)
		if q.Config.PublicURL != "" {
			ev.SetURL(q.Config.PublicURL + e.Path)
		}
		ev.SetClass(ics.ClassificationPrivate)
		ev.SetTimeTransparency(ics.TransparencyTransparent)
	}
	return c.Serialize()
}
