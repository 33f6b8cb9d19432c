package signinpages

import (
	"crypto/subtle"
	"net/http"
	"slices"

	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
)

// draftView is a kept form, in the reader's own words.
type draftView struct {
	_      struct{} `class:"C"`
	Path   string
	Fields []draftField
}

type draftField struct{ Name, Says, Value string }

// Draft shows what could not be sent, to the person who wrote it.
func Draft(q *page.Request) error {
	kept, ok := q.Sessions.Get(q.R.Context(), page.KeyDraft).(page.KeptDraft)
	if ok && subtle.ConstantTimeCompare([]byte(kept.Owner), []byte(q.Server.OwnerMark(q.Subject.UserID))) != 1 {
		q.Sessions.Remove(q.R.Context(), page.KeyDraft)
		ok = false
	}
	if !ok {
		http.Redirect(q.W, q.R, "/market", http.StatusSeeOther)
		return nil
	}
	v := draftView{Path: page.SafeNext(kept.Path)}
	names := make([]string, 0, len(kept.Values))
	for name := range kept.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range kept.Values[name] {
			v.Fields = append(v.Fields, draftField{name, words.Label(name), value})
		}
	}
	return q.Page("draft", "What you were sending", v, page.To("Your account", "/account"))
}

// DropDraft throws it away.
func DropDraft(q *page.Request) error {
	q.Sessions.Remove(q.R.Context(), page.KeyDraft)
	http.Redirect(q.W, q.R, "/market", http.StatusSeeOther)
	return nil
}

// StaySignedIn answers the button of the warning: asking is what keeps the session.
func StaySignedIn(q *page.Request) error {
	q.W.WriteHeader(http.StatusNoContent)
	return nil
}

// afterSignIn is where to go once somebody has signed in: back to what they were sending, if they were.
func afterSignIn(q *page.Request, userID, next string) string {
	kept, ok := q.Sessions.Get(q.R.Context(), page.KeyDraft).(page.KeptDraft)
	if !ok {
		return next
	}
	if subtle.ConstantTimeCompare([]byte(kept.Owner), []byte(q.Server.OwnerMark(userID))) != 1 {
		q.Sessions.Remove(q.R.Context(), page.KeyDraft)
		return next
	}
	return "/account/draft"
}
