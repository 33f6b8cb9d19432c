package page

import (
	"fmt"
	"net/http"
	"time"

	"bellwether/dashboard/class"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
	"bellwether/internal/audit"
)

// Quota bounds how many rows above class A one person takes away within a day, in files and over the API. Published facts have none.
type Quota struct {
	// Rows is the most; none is no bound.
	Rows int64
	// Taken gives how many rows a person has taken away since a moment.
	Taken func(userID string, since time.Time) (int64, error)
}

// quotaPeriod is the time over which rows are added up.
const quotaPeriod = 24 * time.Hour

// TakeAway is account for rows that leave in a file: they are held against the reader's quota, and the audit is told how many.
func (q *Request) TakeAway(rows int, shown ...any) (class.Class, error) {
	c := class.Of(shown...)
	if c < class.B || q.Route.Public || rows == 0 {
		return q.account(shown...)
	}
	id := q.R.PathValue("id")
	if err := q.withinQuota(c, id, int64(rows)); err != nil {
		return c, err
	}
	return c, q.Record(access.Class(c.String()), id, true, fmt.Sprint(audit.RowsTaken, rows))
}

// withinQuota refuses rows that would go beyond what one person may take away in a day, and records the refusal.
func (q *Request) withinQuota(c class.Class, id string, rows int64) error {
	quota := q.Config.Quota
	if quota.Rows <= 0 || quota.Taken == nil {
		return nil
	}
	taken, err := quota.Taken(q.Subject.UserID, q.Config.Now().Add(-quotaPeriod))
	if err != nil || taken+rows <= quota.Rows {
		return err
	}
	if err := q.Record(access.Class(c.String()), id, false, "quota"); err != nil {
		return err
	}
	return &Problem{Status: http.StatusTooManyRequests, Title: "That is more than one person takes away in a day",
		Says: fmt.Sprintf("This holds %s, and you have taken away %s within a day, of at most %s. Narrow the list to what you need, or try again tomorrow. Whoever runs the service can raise the limit (server.export_rows_per_day).",
			words.Plural(int(rows), "row"), words.Int(taken), words.Int(quota.Rows))}
}

// WholeList refuses a download that would leave rows out: a file that is cut short reads like one that isn't.
func WholeList(total int64) error {
	if total <= MaxExport {
		return nil
	}
	return &Problem{Status: http.StatusUnprocessableEntity, Title: "That is too much for one file",
		Says: fmt.Sprintf("The list holds %s, and one file at most %s. Narrow it by area, provider or dates, and take each part by itself.", words.Plural(int(total), "row"), words.Int(MaxExport))}
}
