package signinpages

import (
	"bytes"
	"encoding/base64"
	"errors"
	"html/template"
	"image/png"
	"net/http"
	"strings"
	"time"

	"bellwether/casework/accounts"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
)

const (
	// keyPending is the account whose password was right and whose code is awaited, keyPendingAt since when.
	keyPending   = "pending_account"
	keyPendingAt = "pending_since"
	// pendingLife is how long the second step may take.
	pendingLife = 5 * time.Minute
)

// codeView asks for the second step.
type codeView struct{ Next, Problem string }

// secondStep asks for a code where the account has a second factor; ok says that nothing more is needed.
func secondStep(q *page.Request, in page.Entrance, next string) (ok bool, err error) {
	if q.Config.Local == nil {
		return true, nil
	}
	has, err := q.Config.Local.HasSecond(q.R.Context(), in.UserID)
	if err != nil || !has {
		return err == nil, err
	}
	ctx := q.R.Context()
	if err := q.Sessions.RenewToken(ctx); err != nil {
		return false, err
	}
	q.Sessions.Put(ctx, keyPending, in.UserID)
	q.Sessions.Put(ctx, keyPendingAt, q.Config.Now().Unix())
	q.Sessions.Put(ctx, keyNext, next)
	q.Server.Know(q.W, in.Device)
	http.Redirect(q.W, q.R, "/sign-in/code", http.StatusSeeOther)
	return false, nil
}

// pending gives the account whose code is awaited, empty for none or too late.
func pending(q *page.Request) string {
	ctx := q.R.Context()
	id, since := q.Sessions.GetString(ctx, keyPending), time.Unix(q.Sessions.GetInt64(ctx, keyPendingAt), 0)
	if age := q.Config.Now().Sub(since); id == "" || age > pendingLife || age < 0 {
		return ""
	}
	return id
}

// CodePage asks for the second factor.
func CodePage(q *page.Request) error {
	if pending(q) == "" {
		http.Redirect(q.W, q.R, "/sign-in", http.StatusSeeOther)
		return nil
	}
	return q.Page("code", "Enter your code", codeView{})
}

// EnterCode takes the second factor and lets its holder in.
func EnterCode(q *page.Request) error {
	if err := q.ReadForm(); err != nil {
		return err
	}
	ctx, id := q.R.Context(), pending(q)
	if id == "" || q.Config.Local == nil {
		http.Redirect(q.W, q.R, "/sign-in", http.StatusSeeOther)
		return nil
	}
	says, err := CheckCode(q, id)
	if err != nil {
		return err
	}
	if says != "" {
		if err := q.Note("anonymous", "sign_in", id, false, "wrong_code"); err != nil {
			return err
		}
		return q.Page("code", "Enter your code", codeView{Problem: says})
	}
	next := page.SafeNext(q.Sessions.PopString(ctx, keyNext))
	q.Sessions.Remove(ctx, keyPending)
	return admit(q, page.Entrance{UserID: id}, "password_and_code", next)
}

// CheckCode spends the code of the form; says is what to tell the person where it does not fit.
func CheckCode(q *page.Request, id string) (says string, err error) {
	err = q.Config.Local.CheckSecond(q.R.Context(), id, q.R.PostForm.Get("code"))
	var slowed *accounts.SignInError
	switch {
	case errors.Is(err, accounts.ErrSecond):
		q.Status = http.StatusUnauthorized
		return "The code isn't right, or was used before. Wait for the next one, or use a recovery code.", nil
	case errors.As(err, &slowed):
		q.Status = http.StatusTooManyRequests
		return "Too many attempts. Wait " + words.Plural(int(slowed.RetryAfter.Seconds())+1, "second") + " and try again.", nil
	}
	return "", err
}

// secondView sets a second factor up.
type secondView struct {
	Has, Possible bool
	Secret        string
	Picture       template.URL
	Recovery      []string
	Problem       string
	Required      bool
}

// SecondPage is where a reader sets up a second factor.
func SecondPage(q *page.Request) error {
	v, err := ownSecond(q)
	if err != nil {
		return err
	}
	return q.Page("second", "Second factor", v, page.To("Your account", "/account"))
}

func ownSecond(q *page.Request) (v secondView, err error) {
	v = secondView{Possible: q.Config.Local != nil && !q.Federated(), Required: q.Config.SecondRequired}
	if v.Possible {
		v.Has, err = q.Config.Local.HasSecond(q.R.Context(), q.Subject.UserID)
	}
	return v, err
}

// SetSecond begins or confirms a second factor. Its secret and its recovery codes are shown on the answer to this very form and never
// again.
func SetSecond(q *page.Request) error {
	if err := q.ReadForm(); err != nil {
		return err
	}
	v, err := ownSecond(q)
	if err != nil {
		return err
	}
	if !v.Possible {
		return page.ErrNotFound
	}
	if !q.Subject.RecentSignIn {
		q.Route.Action = "administer"
		return q.Refuse(page.DecisionNeedsProof, "")
	}
	ctx, id := q.R.Context(), q.Subject.UserID
	switch q.R.PostForm.Get("step") {
	case "begin":
		if err := q.Note(id, "second_factor", id, true, "begun"); err != nil {
			return err
		}
		key, err := q.Config.Local.BeginSecond(ctx, id)
		if err != nil {
			return err
		}
		picture, err := key.Image(200, 200)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := png.Encode(&b, picture); err != nil {
			return err
		}
		// The address is made here from a picture and holds nothing from outside.
		v.Secret, v.Picture = spaced(key.Secret()), template.URL("data:image/png;base64,"+base64.StdEncoding.EncodeToString(b.Bytes())) //nolint:gosec // base64 of a picture made here
	case "confirm":
		v.Recovery, err = q.Config.Local.ConfirmSecond(ctx, id, q.R.PostForm.Get("code"))
		if errors.Is(err, accounts.ErrSecond) {
			q.Status, v.Problem = http.StatusUnprocessableEntity, "The code isn't right. Check that the telephone's clock is right, and begin again."
			break
		}
		if err != nil {
			return err
		}
		v.Has = true
		if err := q.Note(id, "second_factor", id, true, "confirmed"); err != nil {
			return err
		}
	default:
		return &page.Problem{Status: http.StatusBadRequest, Title: "The form can't be read", Says: "Go back and send it again."}
	}
	return q.Page("second", "Second factor", v, page.To("Your account", "/account"))
}

// spaced writes a secret in groups of four, as people type it.
func spaced(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// welcomeView lets the holder of a one-time link choose a password.
type welcomeView struct{ Name, Username, Token, Problem string }

// WelcomePage takes a one-time link. Its token stands behind the # of the address, so that no browser sends it to a server, a proxy or the
// next page in an address: a script hands it over in a form, and who has none copies it into the same form.
func WelcomePage(q *page.Request) error {
	if q.Config.Local == nil || q.Config.NoLocal {
		return page.ErrNotFound
	}
	return q.Page("welcome", "Choose a password", welcomeView{})
}

var errLink = &page.Problem{Status: http.StatusNotFound, Title: "This link can't be used", Says: "It was used, has expired or was withdrawn. Ask for a new one.", Next: []page.Step{page.To("Sign in", "/sign-in")}}

// Welcome opens a link, or uses it once a password comes with it.
func Welcome(q *page.Request) error {
	if q.Config.Local == nil || q.Config.NoLocal {
		return page.ErrNotFound
	}
	if err := q.ReadForm(); err != nil {
		return err
	}
	ctx := q.R.Context()
	token, password := linkToken(q.R.PostForm.Get("token")), q.R.PostForm.Get("password")
	account, err := q.Config.Local.LinkFor(ctx, token)
	if err == nil && password == "" {
		return q.Page("welcome", "Choose a password", welcomeView{Name: account.Name, Username: account.Username, Token: token})
	}
	if err == nil {
		if err := q.Note(account.ID, "set_password", account.ID, true, "one_time_link"); err != nil {
			return err
		}
		_, err = q.Config.Local.Redeem(ctx, token, password)
	}
	var weak *accounts.PasswordError
	switch {
	case errors.Is(err, accounts.ErrLink):
		return errLink
	case errors.As(err, &weak):
		q.Status = http.StatusUnprocessableEntity
		return q.Page("welcome", "Choose a password", welcomeView{Name: account.Name, Username: account.Username, Token: token, Problem: words.Capital(weak.Why) + "."})
	case err != nil:
		return err
	}
	http.Redirect(q.W, q.R, "/sign-in", http.StatusSeeOther)
	return nil
}

// linkToken takes what somebody copied: the token alone, or the whole link.
func linkToken(s string) string {
	if _, after, whole := strings.Cut(s, "#"); whole {
		s = after
	}
	return words.Cut(strings.TrimSpace(s), 100)
}
