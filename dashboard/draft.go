package dashboard

import (
	"crypto/subtle"
	"net/http"
	"slices"

	"bellwether/dashboard/words"
)

// draftView is a kept form, in the reader's own words.
type draftView struct {
	_      struct{} `class:"C"`
	Path   string
	Fields []draftField
}

type draftField struct{ Name, Says, Value string }

// draftPage shows what could not be sent, to the person who wrote it.
func draftPage(q *request) error {
	kept, ok := q.sessions.Get(q.r.Context(), keyDraft).(keptDraft)
	if ok && subtle.ConstantTimeCompare([]byte(kept.Owner), []byte(q.s.ownerMark(q.sub.UserID))) != 1 {
		q.sessions.Remove(q.r.Context(), keyDraft)
		ok = false
	}
	if !ok {
		http.Redirect(q.w, q.r, "/market", http.StatusSeeOther)
		return nil
	}
	v := draftView{Path: safeNext(kept.Path)}
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
	return q.page("draft", "What you were sending", v, step{"Your account", "/account"})
}

// dropDraft throws it away.
func dropDraft(q *request) error {
	q.sessions.Remove(q.r.Context(), keyDraft)
	http.Redirect(q.w, q.r, "/market", http.StatusSeeOther)
	return nil
}

// staySignedIn answers the button of the warning: asking is what keeps the session.
func staySignedIn(q *request) error {
	q.w.WriteHeader(http.StatusNoContent)
	return nil
}

// afterSignIn is where to go once somebody has signed in: back to what they were sending, if they were.
func (q *request) afterSignIn(userID, next string) string {
	kept, ok := q.sessions.Get(q.r.Context(), keyDraft).(keptDraft)
	if !ok {
		return next
	}
	if subtle.ConstantTimeCompare([]byte(kept.Owner), []byte(q.s.ownerMark(userID))) != 1 {
		q.sessions.Remove(q.r.Context(), keyDraft)
		return next
	}
	return "/account/draft"
}
