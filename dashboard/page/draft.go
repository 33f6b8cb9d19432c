package page

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/gob"
	"encoding/hex"
	"net/http"
	"strings"

	"bellwether/internal/access"
)

// maxDraft is the largest form that is kept over a time-out.
const maxDraft = 32 << 10

// KeyDraft is where a session keeps a form that came after the one before it had ended.
const KeyDraft = "draft"

// KeptDraft is a form that somebody sent after the session had ended: kept on the server for whoever signs in again in the same browser as the
// same person, shown to them once, and sent only when they say so.
type KeptDraft struct {
	Path, Owner string
	Values      map[string][]string
}

// The name is the one under which stores hold drafts, wherever the type lives.
func init() { gob.RegisterName("bellwether/dashboard.keptDraft", KeptDraft{}) }

// ownerCookie says to the server, and to nobody else, who last signed in here.
const ownerCookie = "bellwether-last"

// OwnerMark is that cookie's value: a digest of the account with a seal that only this process can make, so that nobody can fill the store
// with drafts of people they never were.
func (s *Server) OwnerMark(userID string) string {
	sum := sha256.Sum256([]byte("bellwether draft\x00" + userID))
	who := hex.EncodeToString(sum[:16])
	seal := hmac.New(sha256.New, s.draftKey)
	seal.Write([]byte(who))
	return who + "." + hex.EncodeToString(seal.Sum(nil)[:16])
}

// owns gives the mark of whoever last signed in with this browser; ok is false where there is none that holds.
func (s *Server) owns(r *http.Request) (mark string, ok bool) {
	c, err := r.Cookie(cookieName(s.Config, ownerCookie))
	if err != nil || len(c.Value) > 100 {
		return "", false
	}
	who, _, _ := strings.Cut(c.Value, ".")
	seal := hmac.New(sha256.New, s.draftKey)
	seal.Write([]byte(who))
	return c.Value, subtle.ConstantTimeCompare([]byte(c.Value), []byte(who+"."+hex.EncodeToString(seal.Sum(nil)[:16]))) == 1
}

// RememberOwner lets this browser's next form be known for whose it is.
func (s *Server) RememberOwner(w http.ResponseWriter, userID string) {
	//nolint:gosec // Secure follows the listener: without TLS, on loopback alone, a browser would drop the cookie
	http.SetCookie(w, &http.Cookie{Name: cookieName(s.Config, ownerCookie), Value: s.OwnerMark(userID), Path: "/", MaxAge: int(lifetime.Seconds()),
		Secure: s.Config.TLS, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// keepDraft keeps the form of a request that came too late, and says whether it did. Passwords and codes are never kept: what belongs to
// the account is sent anew.
func (q *Request) keepDraft() bool {
	if q.R.Method != http.MethodPost || q.Route.Kind == access.OwnAccount && strings.HasPrefix(q.R.URL.Path, "/account") {
		return false
	}
	mark, ok := q.Server.owns(q.R)
	if !ok || q.R.ParseForm() != nil || len(q.R.PostForm) == 0 || len(q.R.PostForm.Encode()) > maxDraft {
		return false
	}
	for name := range q.R.PostForm {
		if strings.Contains(name, "password") || name == "code" || name == FieldPerson {
			return false
		}
	}
	q.Sessions.Put(q.R.Context(), KeyDraft, KeptDraft{Path: q.R.URL.RequestURI(), Owner: mark, Values: q.R.PostForm})
	return true
}

// FieldPerson holds the reference of a person: it is never kept, shown again or logged.
const FieldPerson = "person_reference"
