package dashboard

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
func (q *request) secondStep(in Entrance, next string) (ok bool, err error) {
	if q.cfg.Local == nil {
		return true, nil
	}
	has, err := q.cfg.Local.HasSecond(q.r.Context(), in.UserID)
	if err != nil || !has {
		return err == nil, err
	}
	ctx := q.r.Context()
	if err := q.sessions.RenewToken(ctx); err != nil {
		return false, err
	}
	q.sessions.Put(ctx, keyPending, in.UserID)
	q.sessions.Put(ctx, keyPendingAt, q.cfg.Now().Unix())
	q.sessions.Put(ctx, keyNext, next)
	q.s.know(q.w, in.Device)
	http.Redirect(q.w, q.r, "/sign-in/code", http.StatusSeeOther)
	return false, nil
}

// pending gives the account whose code is awaited, empty for none or too late.
func (q *request) pending() string {
	ctx := q.r.Context()
	id, since := q.sessions.GetString(ctx, keyPending), time.Unix(q.sessions.GetInt64(ctx, keyPendingAt), 0)
	if age := q.cfg.Now().Sub(since); id == "" || age > pendingLife || age < 0 {
		return ""
	}
	return id
}

func codePage(q *request) error {
	if q.pending() == "" {
		http.Redirect(q.w, q.r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	return q.page("code", "Enter your code", codeView{})
}

func enterCode(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	ctx, id := q.r.Context(), q.pending()
	if id == "" || q.cfg.Local == nil {
		http.Redirect(q.w, q.r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	says, err := q.checkCode(id)
	if err != nil {
		return err
	}
	if says != "" {
		if err := q.note("anonymous", "sign_in", id, false, "wrong_code"); err != nil {
			return err
		}
		return q.page("code", "Enter your code", codeView{Problem: says})
	}
	next := safeNext(q.sessions.PopString(ctx, keyNext))
	q.sessions.Remove(ctx, keyPending)
	return q.admit(Entrance{UserID: id}, "password_and_code", next)
}

// checkCode spends the code of the form; says is what to tell the person where it does not fit.
func (q *request) checkCode(id string) (says string, err error) {
	err = q.cfg.Local.CheckSecond(q.r.Context(), id, q.r.PostForm.Get("code"))
	var slowed *accounts.SignInError
	switch {
	case errors.Is(err, accounts.ErrSecond):
		q.status = http.StatusUnauthorized
		return "The code isn't right, or was used before. Wait for the next one, or use a recovery code.", nil
	case errors.As(err, &slowed):
		q.status = http.StatusTooManyRequests
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

func secondPage(q *request) error {
	v, err := q.secondView()
	if err != nil {
		return err
	}
	return q.page("second", "Second factor", v, step{"Your account", "/account"})
}

func (q *request) secondView() (v secondView, err error) {
	v = secondView{Possible: q.cfg.Local != nil && !q.federated(), Required: q.cfg.SecondRequired}
	if v.Possible {
		v.Has, err = q.cfg.Local.HasSecond(q.r.Context(), q.sub.UserID)
	}
	return v, err
}

// setSecond begins or confirms a second factor. Its secret and its recovery codes are shown on the answer to this very form and never
// again.
func setSecond(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	v, err := q.secondView()
	if err != nil {
		return err
	}
	if !v.Possible {
		return errNotFound
	}
	if !q.sub.RecentSignIn {
		q.route.action = "administer"
		return q.refuse(decisionNeedsProof, "")
	}
	ctx, id := q.r.Context(), q.sub.UserID
	switch q.r.PostForm.Get("step") {
	case "begin":
		if err := q.note(id, "second_factor", id, true, "begun"); err != nil {
			return err
		}
		key, err := q.cfg.Local.BeginSecond(ctx, id)
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
		v.Recovery, err = q.cfg.Local.ConfirmSecond(ctx, id, q.r.PostForm.Get("code"))
		if errors.Is(err, accounts.ErrSecond) {
			q.status, v.Problem = http.StatusUnprocessableEntity, "The code isn't right. Check that the telephone's clock is right, and begin again."
			break
		}
		if err != nil {
			return err
		}
		v.Has = true
		if err := q.note(id, "second_factor", id, true, "confirmed"); err != nil {
			return err
		}
	default:
		return &problem{status: http.StatusBadRequest, title: "The form can't be read", says: "Go back and send it again."}
	}
	return q.page("second", "Second factor", v, step{"Your account", "/account"})
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

// welcomePage takes a one-time link. Its token stands behind the # of the address, so that no browser sends it to a server, a proxy or the
// next page in an address: a script hands it over in a form, and who has none copies it into the same form.
func welcomePage(q *request) error {
	if q.cfg.Local == nil || q.cfg.NoLocal {
		return errNotFound
	}
	return q.page("welcome", "Choose a password", welcomeView{})
}

var errLink = &problem{status: http.StatusNotFound, title: "This link can't be used", says: "It was used, has expired or was withdrawn. Ask for a new one.", next: []step{{"Sign in", "/sign-in"}}}

// welcome opens a link, or uses it once a password comes with it.
func welcome(q *request) error {
	if q.cfg.Local == nil || q.cfg.NoLocal {
		return errNotFound
	}
	if err := q.form(); err != nil {
		return err
	}
	ctx := q.r.Context()
	token, password := linkToken(q.r.PostForm.Get("token")), q.r.PostForm.Get("password")
	account, err := q.cfg.Local.LinkFor(ctx, token)
	if err == nil && password == "" {
		return q.page("welcome", "Choose a password", welcomeView{Name: account.Name, Username: account.Username, Token: token})
	}
	if err == nil {
		if err := q.note(account.ID, "set_password", account.ID, true, "one_time_link"); err != nil {
			return err
		}
		_, err = q.cfg.Local.Redeem(ctx, token, password)
	}
	var weak *accounts.PasswordError
	switch {
	case errors.Is(err, accounts.ErrLink):
		return errLink
	case errors.As(err, &weak):
		q.status = http.StatusUnprocessableEntity
		return q.page("welcome", "Choose a password", welcomeView{Name: account.Name, Username: account.Username, Token: token, Problem: words.Capital(weak.Why) + "."})
	case err != nil:
		return err
	}
	http.Redirect(q.w, q.r, "/sign-in", http.StatusSeeOther)
	return nil
}

// linkToken takes what somebody copied: the token alone, or the whole link.
func linkToken(s string) string {
	if _, after, whole := strings.Cut(s, "#"); whole {
		s = after
	}
	return clipped(strings.TrimSpace(s), 100)
}
