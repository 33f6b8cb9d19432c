package dashboard

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bellwether/casework/accounts"
)

func (st *site) newPassword(browser, present, next string) (int, string) {
	st.t.Helper()
	resp, body := st.send(browser, http.MethodPost, "/account/password", url.Values{"present": {present}, "password": {next}}, nil)
	return resp.StatusCode, body
}

// TestPeopleChangeTheirPassword: with the present one and a fresh proof, and everywhere else they are signed out.
func TestPeopleChangeTheirPassword(t *testing.T) {
	st, _ := newBookSite(t)
	st.enter("desk", "chair")
	st.enter("laptop", "chair")
	if _, body := st.get("desk", "/account"); !strings.Contains(body, `href="/account/password"`) {
		t.Error("nothing on the account page leads to it")
	}
	if resp, body := st.get("desk", "/account/password"); resp.StatusCode != 200 || strings.Count(body, `type="password"`) != 2 || strings.Contains(body, "onpaste") {
		t.Errorf("the page: %d", resp.StatusCode)
	}
	const next = "nine herons over the weir"
	for _, tt := range []struct{ name, present, next, says string }{
		{"no present one", "", next, "present password is wrong"},
		{"another's", bookPassword("member"), next, "present password is wrong"},
		{"short", bookPassword("chair"), "short", "at least 12 letters"},
		{"common", bookPassword("chair"), "password1234", "many people choose"},
		{"the same", bookPassword("chair"), bookPassword("chair"), "differs from the present one"},
	} {
		if code, body := st.newPassword("desk", tt.present, tt.next); code != 422 || !strings.Contains(body, tt.says) {
			t.Errorf("%s: %d\n%s", tt.name, code, mainOf(body))
		}
	}
	if resp, _ := st.get("laptop", "/account"); resp.StatusCode != 200 {
		t.Fatal("a refusal ended a session")
	}
	st.now = st.now.Add(11 * time.Minute)
	if code, _ := st.newPassword("desk", bookPassword("chair"), next); code != 403 {
		t.Errorf("without a fresh proof: %d", code)
	}
	st.enter("desk", "chair")
	st.audit.take()
	if code, body := st.newPassword("desk", bookPassword("chair"), next); code != 303 {
		t.Fatalf("the change: %d\n%s", code, mainOf(body))
	}
	if log := st.audit.take(); len(log) != 1 || log[0].Action != "set_password" || !log[0].Allowed || strings.Contains(log[0].Reason+log[0].ID, "heron") {
		t.Errorf("recorded as %+v", log)
	}
	if resp, body := st.get("desk", "/account?done=password"); resp.StatusCode != 200 || !strings.Contains(body, "signed out everywhere else") {
		t.Errorf("this browser: %d", resp.StatusCode)
	}
	if resp, _ := st.get("laptop", "/account"); resp.StatusCode != 303 {
		t.Error("the other session lives")
	}
	st.stranger("new")
	if resp, _ := st.send("new", http.MethodPost, "/sign-in", url.Values{"username": {"chair"}, "password": {bookPassword("chair")}}, nil); resp.StatusCode != 401 {
		t.Errorf("the old password: %d", resp.StatusCode)
	}
	if resp, _ := st.send("new", http.MethodPost, "/sign-in", url.Values{"username": {"chair"}, "password": {next}}, nil); resp.StatusCode != 303 {
		t.Errorf("the new password: %d", resp.StatusCode)
	}
}

// TestAPasswordThatSomebodyElseKnowsIsReplacedFirst: one that was given out opens the page that replaces it and no other.
func TestAPasswordThatSomebodyElseKnowsIsReplacedFirst(t *testing.T) {
	st, b := newBookSite(t)
	if _, err := b.local.Create(t.Context(), "test", accounts.NewAccount{Username: "newcomer", Name: "Nel Newcomer", Roles: []string{"qsig_chair"}, Password: bookPassword("newcomer"), MustChange: true}); err != nil {
		t.Fatal(err)
	}
	st.enter("desk", "newcomer")
	for _, path := range []string{"/market", "/flags", "/account", "/account/second", "/api/v1/flags"} {
		if resp, _ := st.get("desk", path); resp.StatusCode != 303 || resp.Header.Get("Location") != "/account/password" {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	if _, body := st.get("desk", "/account/password"); !strings.Contains(body, "Whoever gave you your password knows it") {
		t.Error("nobody says why")
	}
	if code, body := st.newPassword("desk", bookPassword("newcomer"), "nine herons over the weir"); code != 303 {
		t.Fatalf("the change: %d\n%s", code, mainOf(body))
	}
	if resp, _ := st.get("desk", "/flags"); resp.StatusCode != 200 {
		t.Errorf("afterwards: %d", resp.StatusCode)
	}
}

// TestEndingOtherSessionsNeedsAFreshProof: whoever finds an open screen can end that session alone.
func TestEndingOtherSessionsNeedsAFreshProof(t *testing.T) {
	st, _ := newBookSite(t)
	st.enter("desk", "chair")
	st.now = st.now.Add(time.Minute)
	st.enter("laptop", "chair")
	st.now = st.now.Add(11 * time.Minute)
	_, body := st.get("laptop", "/account")
	ids := sessionIDs(body)
	if len(ids) != 2 {
		t.Fatalf("%d sessions", len(ids))
	}
	ended := 0
	for _, which := range append(ids, "others") {
		if resp, _ := st.get("desk", "/account"); resp.StatusCode != 200 {
			t.Fatal("the other session was ended")
		}
		if resp, page := st.send("laptop", http.MethodPost, "/account/sessions/end", url.Values{"session": {which}}, nil); resp.StatusCode == 303 {
			ended++
			st.now = st.now.Add(time.Second)
			st.enter("laptop", "chair") // with a fresh proof
			st.now = st.now.Add(11 * time.Minute)
		} else if resp.StatusCode != 403 || !strings.Contains(page, "/account/confirm") {
			t.Errorf("%s: %d", which, resp.StatusCode)
		}
		if resp, _ := st.get("desk", "/account"); resp.StatusCode != 200 {
			t.Fatal("the other session was ended")
		}
	}
	if ended != 1 {
		t.Errorf("%d sessions were ended, and the own one alone may be", ended)
	}
}
