package dashboard

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"bellwether/casework/accounts"
	"bellwether/dashboard/page"
)

var shownSecret = regexp.MustCompile(`<p><code>([A-Z2-7 ]+)</code></p>`)
var shownRecovery = regexp.MustCompile(`<li><code>([a-z2-7-]+)</code></li>`)

// setUpSecond sets a second factor up through the pages and gives its secret and recovery codes.
func (st *site) setUpSecond(browser string) (secret string, recovery []string) {
	st.t.Helper()
	_, body := st.send(browser, http.MethodPost, "/account/second", url.Values{"step": {"begin"}}, nil)
	found := shownSecret.FindStringSubmatch(body)
	if found == nil || !strings.Contains(body, "data:image/png;base64,") {
		st.t.Fatalf("no secret is shown:\n%s", body)
	}
	secret = strings.ReplaceAll(found[1], " ", "")
	if resp, _ := st.send(browser, http.MethodPost, "/account/second", url.Values{"step": {"confirm"}, "code": {"000000"}}, nil); resp.StatusCode != 422 {
		st.t.Errorf("a wrong code: %d", resp.StatusCode)
	}
	_, body = st.send(browser, http.MethodPost, "/account/second", url.Values{"step": {"confirm"}, "code": {st.codeOf(secret)}}, nil)
	for _, m := range shownRecovery.FindAllStringSubmatch(body, -1) {
		recovery = append(recovery, m[1])
	}
	if len(recovery) != 10 {
		st.t.Fatalf("%d recovery codes are shown:\n%s", len(recovery), body)
	}
	return secret, recovery
}

func (st *site) codeOf(secret string) string {
	st.t.Helper()
	code, err := totp.GenerateCode(secret, st.now)
	if err != nil {
		st.t.Fatal(err)
	}
	return code
}

func newSecondSite(t *testing.T, change ...func(*page.Config)) (*site, books) {
	t.Helper()
	return newBookSite(t, change...)
}

func TestSigningInWithASecondFactor(t *testing.T) {
	st, _ := newSecondSite(t)
	st.enter("desk", "chair")
	secret, recovery := st.setUpSecond("desk")
	if _, body := st.get("desk", "/account/second"); strings.Contains(body, secret[:8]) || strings.Contains(body, recovery[0]) || !strings.Contains(body, "asks for a code") {
		t.Error("the secret is shown again, or the page doesn't say that it counts")
	}
	st.stranger("laptop")
	password := func() *http.Response {
		resp, _ := st.send("laptop", http.MethodPost, "/sign-in", url.Values{"username": {"chair"}, "password": {bookPassword("chair")}, "next": {"/flags"}}, nil)
		return resp
	}
	code := func(c string) *http.Response {
		resp, _ := st.send("laptop", http.MethodPost, "/sign-in/code", url.Values{"code": {c}}, nil)
		return resp
	}
	if resp := code("123456"); resp.Header.Get("Location") != "/sign-in" {
		t.Errorf("a code before the password: %d", resp.StatusCode)
	}
	if resp := password(); resp.Header.Get("Location") != "/sign-in/code" {
		t.Fatalf("after the password: %d %s", resp.StatusCode, resp.Header.Get("Location"))
	}
	if resp, _ := st.get("laptop", "/flags"); resp.StatusCode != 303 {
		t.Error("the password alone opens pages")
	}
	if resp := code(st.codeOf(secret)); resp.StatusCode != 401 {
		t.Errorf("the code of the set-up a second time: %d", resp.StatusCode)
	}
	st.now = st.now.Add(time.Minute)
	st.audit.take()
	if resp := code(st.codeOf(secret)); resp.Header.Get("Location") != "/flags" {
		t.Fatalf("the right code: %d", resp.StatusCode)
	}
	if log := st.audit.take(); len(log) != 1 || log[0].Reason != "password_and_code" {
		t.Errorf("recorded as %+v", log)
	}
	// Step-up asks for both too.
	st.now = st.now.Add(11 * time.Minute)
	if resp, _ := st.send("laptop", http.MethodPost, "/account/confirm", url.Values{"password": {bookPassword("chair")}, "next": {"/flags"}}, nil); resp.StatusCode != 401 {
		t.Errorf("a step-up by password alone: %d", resp.StatusCode)
	}
	if resp, _ := st.send("laptop", http.MethodPost, "/account/confirm", url.Values{"password": {bookPassword("chair")}, "code": {st.codeOf(secret)}, "next": {"/flags"}}, nil); resp.StatusCode != 303 {
		t.Errorf("a step-up with both: %d", resp.StatusCode)
	}
	// A recovery code serves once; a code that comes too late does not serve.
	for i, want := range []string{"/flags", ""} {
		st.send("laptop", http.MethodPost, "/sign-out", url.Values{}, nil)
		password()
		if resp := code(recovery[2]); resp.Header.Get("Location") != want {
			t.Errorf("recovery code, time %d: %d", i+1, resp.StatusCode)
		}
	}
	password()
	st.now = st.now.Add(6 * time.Minute)
	if resp := code(st.codeOf(secret)); resp.Header.Get("Location") != "/sign-in" {
		t.Errorf("six minutes after the password: %d", resp.StatusCode)
	}
}

func TestASecondFactorCanBeAskedOfEverybody(t *testing.T) {
	st, _ := newSecondSite(t, func(c *page.Config) { c.SecondRequired = true })
	st.enter("desk", "chair")
	if resp, _ := st.get("desk", "/flags"); resp.Header.Get("Location") != "/account/second" {
		t.Errorf("without one: %d", resp.StatusCode)
	}
	st.setUpSecond("desk")
	if resp, _ := st.get("desk", "/flags"); resp.StatusCode != 200 {
		t.Errorf("with one: %d", resp.StatusCode)
	}
	st.now = st.now.Add(11 * time.Minute)
	if resp, _ := st.send("desk", http.MethodPost, "/account/second", url.Values{"step": {"begin"}}, nil); resp.StatusCode != 403 {
		t.Errorf("without a fresh proof: %d", resp.StatusCode)
	}
}

func TestOneTimeLinks(t *testing.T) {
	st, b := newSecondSite(t)
	account, err := b.local.Create(t.Context(), "test", accounts.NewAccount{Username: "newcomer", Name: "Nel Newcomer", Roles: []string{"qsig_member"}})
	if err != nil {
		t.Fatal(err)
	}
	token, err := b.local.Invite(t.Context(), "admin", account.ID)
	if err != nil {
		t.Fatal(err)
	}
	st.stranger("desk")
	// The token stands behind the # of the link, so no request's address holds it; without scripts people copy it.
	if resp, body := st.get("desk", "/welcome"); resp.StatusCode != 200 || !strings.Contains(body, `data-link`) || strings.Contains(body, "Newcomer") {
		t.Errorf("the page that takes a link: %d", resp.StatusCode)
	}
	if _, body := st.get("desk", "/welcome?token="+token); strings.Contains(body, "Newcomer") {
		t.Error("a token in an address is taken")
	}
	choose := func(browser, token, password string) (int, string) {
		resp, body := st.send(browser, http.MethodPost, "/welcome", url.Values{"token": {token}, "password": {password}}, nil)
		return resp.StatusCode, body
	}
	for _, none := range []string{"", "none", strings.Repeat("x", 500)} {
		if code, body := choose("desk", none, ""); code != 404 || !strings.Contains(body, "can&#39;t be used") {
			t.Errorf("no link: %d", code)
		}
	}
	for _, copied := range []string{token, " " + token + "\n", "https://bellwether.example/welcome#" + token} {
		if code, body := choose("desk", copied, ""); code != 200 || !strings.Contains(body, "Nel Newcomer") || !strings.Contains(body, "new-password") {
			t.Errorf("what was copied greets nobody: %d", code)
		}
	}
	if code, body := choose("desk", token, "short"); code != 422 || !strings.Contains(body, "at least 12 letters") {
		t.Errorf("a weak password: %d", code)
	}
	if code, body := choose("desk", token, "newcomer-2026"); code != 422 || !strings.Contains(body, "anybody here would try") {
		t.Errorf("a guessable password: %d", code)
	}
	st.stranger("other")
	if code, _ := choose("desk", token, bookPassword("newcomer")); code != 303 {
		t.Errorf("the link: %d", code)
	}
	if code, _ := choose("other", token, "another password entirely"); code != 404 {
		t.Errorf("the link a second time: %d", code)
	}
	st.enter("desk", "newcomer")
}
