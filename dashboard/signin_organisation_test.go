package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bellwether/casework/accounts"
	"bellwether/dashboard/page"
	"bellwether/internal/oidc"
	"bellwether/internal/oidc/oidctest"
)

// council is the identity provider as the dashboard sees it, over real accounts.
type council struct {
	provider *oidc.Provider
	books    books
}

func (c council) Title() string { return "Sign in with your council account" }

func (c council) Begin(ctx context.Context, fresh bool) (string, oidc.Flow, error) {
	return c.provider.Begin(ctx, fresh)
}

func (c council) Finish(ctx context.Context, f oidc.Flow, back url.Values) (string, error) {
	who, err := c.provider.Finish(ctx, f, back)
	if err != nil {
		return "", err
	}
	a, err := c.books.local.Enter(ctx, accounts.Federated{Issuer: who.Issuer, Subject: who.Subject, Name: who.Name, Roles: who.Roles})
	var refused *accounts.SignInError
	if errors.As(err, &refused) {
		return "", page.ErrNoAccount
	}
	return a.ID, err
}

func newCouncilSite(t *testing.T, change ...func(*page.Config)) (*site, books, *oidctest.Provider) {
	t.Helper()
	var st *site
	fake := oidctest.New(t, func() time.Time { return st.now })
	var b books
	var c council
	st, b = newBookSite(t, append([]func(*page.Config){func(cfg *page.Config) { cfg.Organisation = &c }}, change...)...)
	c.books = b
	var err error
	c.provider, err = oidc.New(oidc.Options{Issuer: fake.Issuer, ClientID: oidctest.Client, Secret: oidctest.Secret, RedirectURL: st.web.URL + "/sign-in/callback",
		Roles: map[string]string{"Bellwether.Chair": "qsig_chair", "Bellwether.Admin": "system_admin"}, Now: func() time.Time { return st.now }})
	if err != nil {
		t.Fatal(err)
	}
	return st, b, fake
}

// away sends a browser to the provider and gives what it comes back with.
func (st *site) away(browser, next string) url.Values {
	st.t.Helper()
	st.stranger(browser)
	resp, _ := st.get(browser, "/sign-in/organisation?next="+url.QueryEscape(next))
	if resp.StatusCode != http.StatusSeeOther {
		st.t.Fatalf("sent away with %d", resp.StatusCode)
	}
	return oidctest.Visit(st.t, resp.Header.Get("Location"))
}

func (st *site) back(browser string, with url.Values) (*http.Response, string) {
	st.t.Helper()
	st.stranger(browser)
	return st.get(browser, "/sign-in/callback?"+with.Encode())
}

func TestSigningInThroughTheOrganisation(t *testing.T) {
	st, b, _ := newCouncilSite(t)
	if _, body := st.get("", "/sign-in?next=/flags"); !strings.Contains(body, `href="/sign-in/organisation?next=%2Fflags"`) || !strings.Contains(body, "Sign in with your council account") || !strings.Contains(body, "Or with a local account") {
		t.Errorf("the page lacks the way there:\n%s", body)
	}
	with := st.away("desk", "/flags?state=all")
	resp, _ := st.back("desk", with)
	if resp.StatusCode != 303 || resp.Header.Get("Location") != "/flags?state=all" {
		t.Fatalf("%d to %s", resp.StatusCode, resp.Header.Get("Location"))
	}
	if resp, body := st.get("desk", "/flags"); resp.StatusCode != 200 || !strings.Contains(body, "Ida Provider") {
		t.Errorf("inside: %d", resp.StatusCode)
	}
	log := st.audit.take()
	if log[0].Action != "sign_in" || log[0].Reason != "identity_provider" || !log[0].Allowed || strings.Contains(log[0].UserID, "s-1") {
		t.Errorf("recorded as %+v", log[0])
	}
	// The same answer of the browser a second time opens nothing.
	if resp, body := st.back("thief", with); resp.StatusCode != 403 || strings.Contains(body, "Ida") {
		t.Errorf("replayed elsewhere: %d", resp.StatusCode)
	}
	if resp, _ := st.back("desk", with); resp.StatusCode != 403 {
		t.Errorf("replayed here: %d", resp.StatusCode)
	}
	all, err := b.local.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	for _, a := range all {
		if strings.HasPrefix(a.Username, "sso-") {
			made++
		}
	}
	st.back("again", st.away("again", "/flags"))
	if again, _ := b.local.List(t.Context()); made != 1 || len(again) != len(all) {
		t.Errorf("%d accounts, then %d", len(all), len(again))
	}
}

func TestEveryBrokenSignInGivesAPlainPage(t *testing.T) {
	st, b, fake := newCouncilSite(t)
	before, err := b.local.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, br := range oidctest.Breaks() {
		t.Run(br.Name, func(t *testing.T) {
			fake.Mend(t)
			if br.Provider != nil {
				br.Provider(fake)
			}
			with := st.away(br.Name, "/flags")
			if br.Back != nil {
				br.Back(with)
			}
			st.audit.take()
			resp, body := st.back(br.Name, with)
			if resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "You are not signed in") || !strings.Contains(body, "Try again") || !strings.Contains(body, "Reference") {
				t.Errorf("%d\n%s", resp.StatusCode, body)
			}
			for _, never := range []string{"eyJ", "nonce", "alg", "issuer", "audience", oidctest.Secret, "oidc", with.Get("code") + "<", "go-jose", "Ida Provider"} {
				if strings.Contains(strings.ReplaceAll(body, "govuk", ""), never) && never != "<" {
					t.Errorf("the page holds %q", never)
				}
			}
			if log := st.audit.take(); len(log) != 1 || log[0].Allowed || log[0].Reason != br.Code {
				t.Errorf("recorded as %+v, want %s", log, br.Code)
			}
			if resp, _ := st.get(br.Name, "/flags"); resp.StatusCode != http.StatusSeeOther {
				t.Errorf("signed in all the same: %d", resp.StatusCode)
			}
		})
	}
	if after, _ := b.local.List(t.Context()); len(after) != len(before) {
		t.Errorf("refused sign-ins made %d accounts", len(after)-len(before))
	}
}

func TestTheOrganisationsWordHoldsForAQuarterOfAnHour(t *testing.T) {
	st, b, fake := newCouncilSite(t)
	st.back("desk", st.away("desk", "/flags"))
	st.now = st.now.Add(14 * time.Minute)
	if resp, _ := st.get("desk", "/flags"); resp.StatusCode != 200 {
		t.Fatal("asked too early")
	}
	st.now = st.now.Add(2 * time.Minute)
	resp, _ := st.get("desk", "/flags?state=all")
	if resp.StatusCode != 303 || resp.Header.Get("Location") != "/sign-in/organisation?next=%2Fflags%3Fstate%3Dall" {
		t.Fatalf("after sixteen minutes: %d to %s", resp.StatusCode, resp.Header.Get("Location"))
	}
	if resp, _ := st.get("desk", "/api/v1/flags"); resp.StatusCode != 401 {
		t.Errorf("a program: %d", resp.StatusCode)
	}
	if resp, body := st.send("desk", http.MethodPost, "/account/sessions/end", url.Values{"session": {"others"}}, nil); resp.StatusCode != 403 || !strings.Contains(body, "Nothing was changed yet") {
		t.Errorf("a form: %d", resp.StatusCode)
	}
	// Vouched for again, the session goes on, and exports still want a fresh proof.
	if resp, _ = st.back("desk", st.away("desk", "/flags?state=all")); resp.Header.Get("Location") != "/flags?state=all" {
		t.Errorf("back to %s", resp.Header.Get("Location"))
	}
	if _, body := st.get("desk", "/account"); !strings.Contains(body, "Confirmed more than ten minutes ago") {
		t.Error("a silent round counts as proof")
	}
	if _, body := st.get("desk", "/account/confirm?next=/flags"); !strings.Contains(body, "fresh=yes") || strings.Contains(body, `type="password"`) {
		t.Error("a person without a password here is asked for one")
	}
	// A role that is taken away there is gone here.
	st.now = st.now.Add(16 * time.Minute)
	fake.Claims = func(c map[string]any) { c["roles"] = []string{"Bellwether.Admin"} }
	st.back("desk", st.away("desk", "/flags"))
	if resp, _ := st.get("desk", "/flags"); resp.StatusCode != 403 {
		t.Errorf("with another role: %d", resp.StatusCode)
	}
	st.now = st.now.Add(16 * time.Minute)
	fake.Claims = func(c map[string]any) { delete(c, "roles") }
	if resp, body := st.back("desk", st.away("desk", "/data")); resp.StatusCode != 403 || !strings.Contains(body, "no role in Bellwether") {
		t.Errorf("without a role: %d", resp.StatusCode)
	}
	if resp, _ := st.get("desk", "/data"); resp.StatusCode != 303 || !strings.HasPrefix(resp.Header.Get("Location"), "/sign-in?") {
		t.Errorf("still inside: %d %s", resp.StatusCode, resp.Header.Get("Location"))
	}
	// An account that is switched off here stays out, whatever they say there.
	fake.Mend(t)
	all, _ := b.local.List(t.Context())
	for _, a := range all {
		if strings.HasPrefix(a.Username, "sso-") {
			if err := b.local.Disable(t.Context(), a.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if resp, body := st.back("desk", st.away("desk", "/data")); resp.StatusCode != 403 || !strings.Contains(body, "switched off") {
		t.Errorf("a disabled account: %d", resp.StatusCode)
	}
}

func TestOnlyTheOrganisation(t *testing.T) {
	st, _, fake := newCouncilSite(t, func(c *page.Config) { c.NoLocal = true })
	if _, body := st.get("", "/sign-in"); strings.Contains(body, `type="password"`) || !strings.Contains(body, "council account") {
		t.Error("passwords are asked for")
	}
	if resp, _ := st.send("", http.MethodPost, "/sign-in", url.Values{"username": {"chair"}, "password": {bookPassword("chair")}}, nil); resp.StatusCode != 404 {
		t.Errorf("a password: %d", resp.StatusCode)
	}
	fake.Down = true
	if resp, body := st.get("", "/sign-in/organisation"); resp.StatusCode != 503 || !strings.Contains(body, "can&#39;t be reached") {
		t.Errorf("a provider that is down: %d", resp.StatusCode)
	}
	none := newSite(t, county(t))
	for _, path := range []string{"/sign-in/organisation", "/sign-in/callback?state=x&code=y"} {
		if resp, _ := none.get("", path); resp.StatusCode != 404 {
			t.Errorf("%s without a provider: %d", path, resp.StatusCode)
		}
	}
}
