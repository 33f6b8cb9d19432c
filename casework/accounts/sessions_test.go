package accounts

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
)

// gob encodes the data of a session of an account, "" for none.
func gob(t *testing.T, account string) []byte {
	t.Helper()
	values := map[string]any{"theme": "plain"}
	if account != "" {
		values[UserKey] = account
	}
	data, err := scs.GobCodec{}.Encode(time.Unix(0, 0), values)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func (f *fixture) commit(token, account string) {
	f.t.Helper()
	if err := f.sessions.Commit(token, gob(f.t, account), time.Time{}); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) live(token string) bool {
	f.t.Helper()
	data, found, err := f.sessions.Find(token)
	if err != nil {
		f.t.Fatal(err)
	}
	if found != (data != nil) {
		f.t.Errorf("found %v with %d bytes", found, len(data))
	}
	return found
}

func TestSessionLifetimes(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	f.commit("t1", ada.ID)
	if !f.live("t1") || f.live("t2") || f.live("") {
		t.Error("the wrong sessions are live")
	}
	f.clock.forward(15*time.Minute - time.Second)
	if !f.live("t1") {
		t.Error("a session in use ended early")
	}
	f.clock.forward(15*time.Minute - time.Second)
	if !f.live("t1") {
		t.Error("being used did not keep the session")
	}
	f.clock.forward(15 * time.Minute)
	if f.live("t1") {
		t.Error("an idle session lives")
	}
	f.commit("t3", ada.ID)
	for range 12*6 - 1 {
		f.clock.forward(10 * time.Minute)
		if !f.live("t3") {
			t.Fatal("a session in use ended early")
		}
	}
	f.clock.forward(10 * time.Minute)
	if f.live("t3") {
		t.Error("a session lives beyond twelve hours")
	}
	// Committing must not make an old session young.
	f.commit("t3", ada.ID)
	if f.live("t3") {
		t.Error("a session was prolonged by being saved")
	}
}

func TestSessionEndsWithTheAccount(t *testing.T) {
	for name, end := range map[string]func(f *fixture, a Account) error{
		"disabled":                  func(f *fixture, a Account) error { return f.Disable(f.ctx, a.ID) },
		"new password":              func(f *fixture, a Account) error { return f.SetPassword(f.ctx, a.ID, secret+" anew", false) },
		"ended by an administrator": func(f *fixture, a Account) error { return f.sessions.EndAll(f.ctx, a.ID) },
		"signed out":                func(f *fixture, _ Account) error { return f.sessions.Delete("t1") },
		"ended from the list": func(f *fixture, a Account) error {
			all, err := f.sessions.List(f.ctx, a.ID)
			if err != nil {
				return err
			}
			return f.sessions.End(f.ctx, a.ID, all[0].ID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := setUp(t)
			ada, ben := f.add("ada"), f.add("ben")
			f.commit("t1", ada.ID)
			f.commit("t2", ben.ID)
			if err := end(f, ada); err != nil {
				t.Fatal(err)
			}
			if f.live("t1") {
				t.Error("the session lives on")
			}
			if !f.live("t2") {
				t.Error("the session of another ended too")
			}
			// A request that was under way saves its session at its end.
			f.commit("t1", ada.ID)
			if f.live("t1") {
				t.Error("a request under way brought the session back")
			}
		})
	}
}

func TestEndIsOnlyForTheOwner(t *testing.T) {
	f := setUp(t)
	ada, ben := f.add("ada"), f.add("ben")
	f.commit("t1", ada.ID)
	all, _ := f.sessions.List(f.ctx, ada.ID)
	if err := f.sessions.End(f.ctx, ben.ID, all[0].ID); err != nil {
		t.Fatal(err)
	}
	if !f.live("t1") {
		t.Error("somebody else ended the session")
	}
}

func TestSessionsPerAccount(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	for i := range 5 {
		f.commit(fmt.Sprint("t", i), ada.ID)
		f.clock.forward(time.Minute)
	}
	for i, want := range []bool{false, false, true, true, true} {
		if got := f.live(fmt.Sprint("t", i)); got != want {
			t.Errorf("session %d lives: %v, want %v", i, got, want)
		}
	}
	all, err := f.sessions.List(f.ctx, ada.ID)
	if err != nil || len(all) != 3 {
		t.Fatalf("List() = %+v, %v", all, err)
	}
	if id, err := f.sessions.PublicID(f.ctx, "t4"); err != nil || id == "" {
		t.Errorf("PublicID() = %q, %v", id, err)
	}
	if id, err := f.sessions.PublicID(f.ctx, "nothing"); err != nil || id != "" {
		t.Errorf("PublicID of nothing = %q, %v", id, err)
	}
	if got := all[0].EndsAt.Sub(f.clock.now); got != 15*time.Minute {
		t.Errorf("ends in %v", got)
	}
	f.clock.forward(15 * time.Minute)
	if all, _ := f.sessions.List(f.ctx, ada.ID); len(all) != 0 {
		t.Errorf("%d idle sessions are listed", len(all))
	}
}

func TestSessionBeforeSignIn(t *testing.T) {
	f := setUp(t)
	f.commit("anonymous", "")
	if !f.live("anonymous") {
		t.Error("a session without an account is not kept")
	}
	if err := f.sessions.Commit("t", []byte("not a session"), time.Time{}); err == nil {
		t.Error("rubbish was kept")
	}
}

// TestLatest: who was seen last comes first, once; who signed in and has no session any more is known by that, who never came is not known,
// and who may not come is left out.
func TestLatest(t *testing.T) {
	f := setUp(t)
	ada, ben, cat, dot := f.add("ada"), f.add("ben"), f.add("cat"), f.add("dot")
	f.add("eve") // never came
	signedIn := f.clock.read()
	if err := f.db.Update(f.ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(f.ctx, "UPDATE account SET last_sign_in_at = $1 WHERE id = $2", stamp(signedIn), cat.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{ada.ID, ben.ID, dot.ID, ada.ID} {
		f.clock.forward(time.Minute)
		f.commit("of "+who+f.clock.read().String(), who)
	}
	if err := f.Disable(f.ctx, dot.ID); err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int][]string{9: {ada.ID, ben.ID, cat.ID}, 2: {ada.ID, ben.ID}} {
		got, err := f.sessions.Latest(f.ctx, n)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("the latest %d are %v, want %v (%v)", n, got, want, err)
		}
	}
}

func TestSweepSessions(t *testing.T) {
	f := setUp(t)
	f.commit("t1", "")
	f.clock.forward(12 * time.Hour)
	f.commit("t2", "")
	if err := f.sessions.Sweep(f.ctx); err != nil {
		t.Fatal(err)
	}
	if !f.live("t2") {
		t.Error("a live session was swept")
	}
}

// TestWithTheManager goes through a sign-in with real requests.
func TestWithTheManager(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	m := f.sessions.Manager()
	mux := http.NewServeMux()
	mux.HandleFunc("/in", func(w http.ResponseWriter, r *http.Request) {
		if err := m.RenewToken(r.Context()); err != nil {
			t.Error(err)
		}
		m.Put(r.Context(), UserKey, ada.ID)
	})
	mux.HandleFunc("/out", func(w http.ResponseWriter, r *http.Request) {
		if err := m.Destroy(r.Context()); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, m.GetString(r.Context(), UserKey))
	})
	server := httptest.NewServer(m.LoadAndSave(mux))
	defer server.Close()
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	defer client.CloseIdleConnections()
	get := func(path string) string {
		t.Helper()
		resp, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body := make([]byte, 100)
		n, _ := resp.Body.Read(body)
		for _, c := range resp.Cookies() {
			if c.MaxAge > 0 || !c.Expires.IsZero() && path != "/out" || !c.HttpOnly {
				t.Errorf("cookie = %v", c)
			}
		}
		return string(body[:n])
	}
	if got := get("/who"); got != "" {
		t.Errorf("before sign-in: %q", got)
	}
	get("/in")
	if got := get("/who"); got != ada.ID {
		t.Errorf("after sign-in: %q", got)
	}
	u, _ := url.Parse(server.URL)
	token := jar.Cookies(u)[0].Value
	if live, _ := f.sessions.List(context.Background(), ada.ID); len(live) != 1 {
		t.Errorf("%d sessions", len(live))
	}
	f.clock.forward(10 * time.Minute)
	if got := get("/who"); got != ada.ID {
		t.Errorf("ten minutes later: %q", got)
	}
	get("/out")
	if f.live(token) {
		t.Error("the session outlived the sign-out")
	}
	if got := get("/who"); got != "" {
		t.Errorf("after sign-out: %q", got)
	}
}
