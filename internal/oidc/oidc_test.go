package oidc_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/internal/oidc"
	"bellwether/internal/oidc/oidctest"
)

var morning = time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)

// clock is set by the tests.
type clock struct{ now time.Time }

func (c *clock) read() time.Time { return c.now }

func setUp(t *testing.T) (*oidctest.Provider, *oidc.Provider, *clock) {
	t.Helper()
	c := &clock{morning}
	fake := oidctest.New(t, c.read)
	p, err := oidc.New(options(fake.Issuer, c))
	if err != nil {
		t.Fatal(err)
	}
	return fake, p, c
}

func options(issuer string, c *clock) oidc.Options {
	return oidc.Options{Issuer: issuer, ClientID: oidctest.Client, Secret: oidctest.Secret, RedirectURL: "http://127.0.0.1/sign-in/callback",
		Roles: map[string]string{"Bellwether.Chair": "qsig_chair", "Bellwether.Member": "qsig_member"}, OrganisationClaim: "org", Now: c.read}
}

// round goes to the provider and back.
func round(t *testing.T, p *oidc.Provider, fresh bool) (oidc.Flow, url.Values) {
	t.Helper()
	address, flow, err := p.Begin(t.Context(), fresh)
	if err != nil {
		t.Fatal(err)
	}
	return flow, oidctest.Visit(t, address)
}

func refusal(t *testing.T, err error) string {
	t.Helper()
	var refused *oidc.RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a refusal", err)
	}
	return refused.Code
}

func TestRightSignIn(t *testing.T) {
	fake, p, _ := setUp(t)
	fake.Claims = func(c map[string]any) { c["org"], c["email"] = "Larkshire Council", "someone@larkshire.example" }
	flow, back := round(t, p, false)
	asked := fake.Asked()
	if asked.Get("code_challenge_method") != "S256" || asked.Get("nonce") != flow.Nonce || asked.Get("state") != flow.State || len(flow.State) < 32 || len(flow.Nonce) < 32 ||
		strings.Contains(asked.Encode(), flow.Verifier) || asked.Get("prompt") != "" {
		t.Errorf("asked with %v", asked)
	}
	got, err := p.Finish(t.Context(), flow, back)
	want := oidc.Identity{Issuer: fake.Issuer, Subject: "s-1", Name: "Ida Provider", Organisation: "Larkshire Council", Roles: []string{"qsig_chair"}, AuthTime: morning}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	// The same code a second time, even with everything else right.
	if _, err := p.Finish(t.Context(), flow, back); refusal(t, err) != oidc.CodeExchange {
		t.Errorf("a replayed code: %v", err)
	}
}

func TestEverythingThatMustFail(t *testing.T) {
	fake, p, _ := setUp(t)
	for _, b := range oidctest.Breaks() {
		t.Run(b.Name, func(t *testing.T) {
			fake.Mend(t)
			if b.Provider != nil {
				b.Provider(fake)
			}
			flow, back := round(t, p, false)
			if b.Back != nil {
				b.Back(back)
			}
			got, err := p.Finish(t.Context(), flow, back)
			if code := refusal(t, err); code != b.Code || got.Subject != "" || len(got.Roles) > 0 {
				t.Errorf("refused as %s with %+v, want %s", code, got, b.Code)
			}
			if strings.Contains(err.Error(), oidctest.Secret) || strings.Contains(err.Error(), "eyJ") {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
	fake.Mend(t)
	if flow, back := round(t, p, false); true {
		if _, err := p.Finish(t.Context(), flow, back); err != nil {
			t.Errorf("after all that a right sign-in fails: %v", err)
		}
	}
}

func TestFlowsServeOnceAndNotForLong(t *testing.T) {
	_, p, c := setUp(t)
	flow, back := round(t, p, false)
	c.now = c.now.Add(11 * time.Minute)
	if _, err := p.Finish(t.Context(), flow, back); refusal(t, err) != oidc.CodeLate {
		t.Errorf("after eleven minutes: %v", err)
	}
	if _, err := p.Finish(t.Context(), oidc.Flow{}, url.Values{"state": {""}, "code": {"x"}}); refusal(t, err) != oidc.CodeState {
		t.Errorf("without a flow: %v", err)
	}
	one, _ := round(t, p, false)
	_, other := round(t, p, false)
	other.Set("state", one.State) // a code slipped into another's sign-in fails at its challenge
	if _, err := p.Finish(t.Context(), one, other); refusal(t, err) != oidc.CodeExchange {
		t.Errorf("another's code: %v", err)
	}
}

func TestKeysMayRotate(t *testing.T) {
	fake, p, c := setUp(t)
	for i := range 3 {
		flow, back := round(t, p, false)
		if _, err := p.Finish(t.Context(), flow, back); err != nil {
			t.Fatalf("key %d: %v", i+1, err)
		}
		fake.Rotate(t)
		c.now = c.now.Add(time.Minute)
	}
}

func TestFreshProof(t *testing.T) {
	fake, p, c := setUp(t)
	flow, back := round(t, p, true)
	if asked := fake.Asked(); asked.Get("prompt") != "login" || asked.Get("max_age") != "0" {
		t.Errorf("asked with %v", asked)
	}
	if _, err := p.Finish(t.Context(), flow, back); err != nil {
		t.Fatal(err)
	}
	for name, when := range map[string]any{"an hour ago": morning.Add(-time.Hour).Unix(), "not said": nil, "tomorrow": morning.Add(24 * time.Hour).Unix()} {
		fake.Claims = func(m map[string]any) {
			m["auth_time"] = when
			if when == nil {
				delete(m, "auth_time")
			}
		}
		flow, back = round(t, p, true)
		if _, err := p.Finish(t.Context(), flow, back); refusal(t, err) != oidc.CodeNotFresh {
			t.Errorf("%s: %v", name, err)
		}
	}
	_ = c
}

func TestAProviderThatIsDown(t *testing.T) {
	fake, p, _ := setUp(t)
	fake.Down = true
	if _, _, err := p.Begin(t.Context(), false); refusal(t, err) != oidc.CodeUnavailable {
		t.Errorf("down: %v", err)
	}
	fake.Down = false
	flow, back := round(t, p, false) // it is asked again, the failure is not kept
	fake.Down = true
	if _, err := p.Finish(t.Context(), flow, back); refusal(t, err) != oidc.CodeExchange {
		t.Errorf("down on the way back: %v", err)
	}
	wrong, err := oidc.New(options(strings.Replace(fake.Issuer, "127.0.0.1", "localhost", 1), &clock{morning}))
	if err != nil {
		t.Fatal(err)
	}
	fake.Down = false
	if _, _, err := wrong.Begin(t.Context(), false); refusal(t, err) != oidc.CodeUnavailable {
		t.Errorf("a description with another issuer: %v", err)
	}
}

func TestNewRefusesWhatCantBeSafe(t *testing.T) {
	good := options("https://login.larkshire.example", &clock{morning})
	for name, spoil := range map[string]func(*oidc.Options){
		"no clock":      func(o *oidc.Options) { o.Now = nil },
		"plain http":    func(o *oidc.Options) { o.Issuer = "http://login.larkshire.example" },
		"no issuer":     func(o *oidc.Options) { o.Issuer = "" },
		"no client":     func(o *oidc.Options) { o.ClientID = "" },
		"no way back":   func(o *oidc.Options) { o.RedirectURL = "" },
		"nobody enters": func(o *oidc.Options) { o.Roles = nil },
	} {
		o := good
		spoil(&o)
		if _, err := oidc.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := oidc.New(good); err != nil {
		t.Error(err)
	}
}
