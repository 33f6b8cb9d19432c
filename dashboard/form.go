package dashboard

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"bellwether/casework/workdays"
	"bellwether/dashboard/words"
)

// form is what somebody sent, and what is wrong with it: a page that is shown again keeps the draft and names each error beside its field.
type form struct {
	values url.Values
	Errors []fieldError
}

// fieldError is one line of the error summary.
type fieldError struct{ Field, Says string }

// sent reads a posted form; what can't be read is refused before anything is recorded.
func (q *request) sent() (*form, error) {
	if err := q.r.ParseForm(); err != nil {
		return nil, &problem{status: http.StatusBadRequest, title: "The form can't be read", says: "It is larger than a form may be, or broke off on the way. Nothing was recorded; go back and send it again."}
	}
	return &form{values: q.r.PostForm}, nil
}

// draft is a form that nobody has sent yet, with values to begin with.
func draft(pairs ...string) *form {
	f := &form{values: url.Values{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.values.Set(pairs[i], pairs[i+1])
	}
	return f
}

// Get gives a value as entered, without control characters other than line breaks.
func (f *form) Get(name string) string {
	if f == nil {
		return ""
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, f.values.Get(name)))
}

// All gives every value of a name.
func (f *form) All(name string) []string { return f.values[name] }

// Has says whether a name has this value, for boxes and radio buttons.
func (f *form) Has(name, value string) bool {
	if f == nil {
		return false
	}
	for _, v := range f.values[name] {
		if v == value {
			return true
		}
	}
	return false
}

// Error gives the sentence beside a field, empty for none.
func (f *form) Error(name string) string {
	if f == nil {
		return ""
	}
	for _, e := range f.Errors {
		if e.Field == name {
			return words.Capital(e.Says) + "."
		}
	}
	return ""
}

// refuse puts a sentence beside a field.
func (f *form) refuse(field, says string) { f.Errors = append(f.Errors, fieldError{field, says}) }

// day reads a date given as day, month and year in three boxes; the zero time where all are empty, and an error beside the field where
// they make no date.
func (f *form) day(name string) time.Time {
	d, m, y := f.Get(name+"-day"), f.Get(name+"-month"), f.Get(name+"-year")
	if d == "" && m == "" && y == "" {
		return time.Time{}
	}
	// A whole date pasted into the first box is as good as three boxes.
	at, ok := workdays.Parse(strings.TrimSpace(d + " " + m + " " + y))
	if !ok {
		f.refuse(name, "enter a real date, such as 14 3 2026")
		return time.Time{}
	}
	f.setDay(name, at)
	return at
}

// setDay fills the three boxes of a date.
func (f *form) setDay(name string, at time.Time) {
	if at.IsZero() {
		return
	}
	f.values.Set(name+"-day", strconv.Itoa(at.Day()))
	f.values.Set(name+"-month", strconv.Itoa(int(at.Month())))
	f.values.Set(name+"-year", strconv.Itoa(at.Year()))
}

const keyFlash = "flash"

// done keeps a sentence for the next page and leads there, so that going back or reloading never sends a form twice.
func (q *request) done(says, to string) error {
	q.sessions.Put(q.r.Context(), keyFlash, says)
	http.Redirect(q.w, q.r, to, http.StatusSeeOther)
	return nil
}

// form reads a form once, within the limit that every body has.
func (q *request) form() error {
	if err := q.r.ParseForm(); err != nil {
		return &problem{status: http.StatusBadRequest, title: "The form can't be read", says: "Go back and send it again."}
	}
	return nil
}
