package page

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

// Form is what somebody sent, and what is wrong with it: a page that is shown again keeps the draft and names each error beside its field.
type Form struct {
	Values url.Values
	Errors []fieldError
}

// fieldError is one line of the error summary.
type fieldError struct{ Field, Says string }

// Sent reads a posted form; what can't be read is refused before anything is recorded.
func (q *Request) Sent() (*Form, error) {
	if err := q.R.ParseForm(); err != nil {
		return nil, &Problem{Status: http.StatusBadRequest, Title: "The form can't be read", Says: "It is larger than a form may be, or broke off on the way. Nothing was recorded; go back and send it again."}
	}
	return &Form{Values: q.R.PostForm}, nil
}

// Draft is a form that nobody has sent yet, with values to begin with.
func Draft(pairs ...string) *Form {
	f := &Form{Values: url.Values{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Values.Set(pairs[i], pairs[i+1])
	}
	return f
}

// Get gives a value as entered, without control characters other than line breaks.
func (f *Form) Get(name string) string {
	if f == nil {
		return ""
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, f.Values.Get(name)))
}

// All gives every value of a name.
func (f *Form) All(name string) []string { return f.Values[name] }

// Has says whether a name has this value, for boxes and radio buttons.
func (f *Form) Has(name, value string) bool {
	if f == nil {
		return false
	}
	for _, v := range f.Values[name] {
		if v == value {
			return true
		}
	}
	return false
}

// Error gives the sentence beside a field, empty for none.
func (f *Form) Error(name string) string {
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

// Refuse puts a sentence beside a field.
func (f *Form) Refuse(field, says string) { f.Errors = append(f.Errors, fieldError{field, says}) }

// Day reads a date given as day, month and year in three boxes; the zero time where all are empty, and an error beside the field where
// they make no date.
func (f *Form) Day(name string) time.Time {
	d, m, y := f.Get(name+"-day"), f.Get(name+"-month"), f.Get(name+"-year")
	if d == "" && m == "" && y == "" {
		return time.Time{}
	}
	// A whole date pasted into the first box is as good as three boxes.
	at, ok := workdays.Parse(strings.TrimSpace(d + " " + m + " " + y))
	if !ok {
		f.Refuse(name, "enter a real date, such as 14 3 2026")
		return time.Time{}
	}
	f.SetDay(name, at)
	return at
}

// SetDay fills the three boxes of a date.
func (f *Form) SetDay(name string, at time.Time) {
	if at.IsZero() {
		return
	}
	f.Values.Set(name+"-day", strconv.Itoa(at.Day()))
	f.Values.Set(name+"-month", strconv.Itoa(int(at.Month())))
	f.Values.Set(name+"-year", strconv.Itoa(at.Year()))
}

const keyFlash = "flash"

// Done keeps a sentence for the next page and leads there, so that going back or reloading never sends a form twice.
func (q *Request) Done(says, to string) error {
	q.Sessions.Put(q.R.Context(), keyFlash, says)
	http.Redirect(q.W, q.R, to, http.StatusSeeOther)
	return nil
}

// ReadForm reads a form once, within the limit that every body has.
func (q *Request) ReadForm() error {
	if err := q.R.ParseForm(); err != nil {
		return &Problem{Status: http.StatusBadRequest, Title: "The form can't be read", Says: "Go back and send it again."}
	}
	return nil
}
