package oidctest

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// Break is one way in which a sign-in goes wrong, and the code under which it must be refused.
type Break struct {
	Name, Code string
	// Provider breaks what the provider sends, Back what the browser brings back.
	Provider func(p *Provider)
	Back     func(back url.Values)
}

// Breaks are the ways in which a sign-in must fail.
func Breaks() []Break {
	claim := func(name string, value any) func(*Provider) {
		return func(p *Provider) {
			p.Claims = func(c map[string]any) {
				c[name] = value
				if value == nil {
					delete(c, name)
				}
			}
		}
	}
	later := func(name string, by time.Duration) func(*Provider) {
		return func(p *Provider) { p.Claims = func(c map[string]any) { c[name] = p.Now().Add(by).Unix() } }
	}
	many := make([]string, 201)
	for i := range many {
		many[i] = strings.Repeat("g", i%7+1)
	}
	return []Break{
		{Name: "wrong issuer", Code: "wrong_issuer", Provider: claim("iss", "https://elsewhere.example")},
		{Name: "issuer with a slash more", Code: "wrong_issuer", Provider: func(p *Provider) { p.Claims = func(c map[string]any) { c["iss"] = p.Issuer + "/" } }},
		{Name: "wrong audience", Code: "wrong_audience", Provider: claim("aud", "another-client")},
		{Name: "two audiences, for another", Code: "wrong_audience", Provider: func(p *Provider) {
			p.Claims = func(c map[string]any) { c["aud"], c["azp"] = []string{Client, "other"}, "other" }
		}},
		{Name: "missing nonce", Code: "wrong_nonce", Provider: claim("nonce", nil)},
		{Name: "another's nonce", Code: "wrong_nonce", Provider: claim("nonce", "of-another-sign-in")},
		{Name: "alg none", Code: "bad_signature", Provider: func(p *Provider) { p.Unsigned = true }},
		{Name: "signed with the client's secret", Code: "bad_signature", Provider: func(p *Provider) { p.Keyed = true }},
		{Name: "unknown key", Code: "bad_signature", Provider: func(p *Provider) { p.Stranger = true }},
		{Name: "expired", Code: "expired", Provider: later("exp", -time.Hour)},
		{Name: "an old token", Code: "expired", Provider: later("iat", -time.Hour)},
		{Name: "issued in the future", Code: "issued_in_the_future", Provider: later("iat", 10*time.Minute)},
		{Name: "valid in the future", Code: "issued_in_the_future", Provider: later("nbf", time.Hour)},
		{Name: "no subject", Code: "bad_token", Provider: claim("sub", nil)},
		{Name: "no id token", Code: "no_id_token", Provider: func(p *Provider) { p.NoToken = true }},
		{Name: "no role", Code: "no_role", Provider: claim("roles", []string{"Something.Else"})},
		{Name: "no roles claim", Code: "no_role", Provider: claim("roles", nil)},
		{Name: "groups left out because there are too many", Code: "no_role", Provider: func(p *Provider) {
			p.Claims = func(c map[string]any) {
				delete(c, "roles")
				c["_claim_names"], c["wids"] = map[string]string{"groups": "src1"}, many
				c["_claim_sources"] = map[string]any{"src1": map[string]string{"endpoint": "https://graph.example/groups"}}
			}
		}},
		{Name: "a role of the right name under another claim", Code: "no_role", Provider: func(p *Provider) {
			p.Claims = func(c map[string]any) { c["roles"], c["groups"] = nil, []string{"Bellwether.Chair"} }
		}},
		{Name: "another's state", Code: "wrong_state", Back: func(b url.Values) { b.Set("state", "of-another-window") }},
		{Name: "no state", Code: "wrong_state", Back: func(b url.Values) { b.Del("state") }},
		{Name: "no code", Code: "code_refused", Back: func(b url.Values) { b.Del("code") }},
		{Name: "a made-up code", Code: "code_refused", Back: func(b url.Values) { b.Set("code", "made-up") }},
		{Name: "sent back by another provider", Code: "wrong_issuer", Back: func(b url.Values) { b.Set("iss", "https://elsewhere.example") }},
		{Name: "refused there", Code: "provider_refused", Back: func(b url.Values) { b.Set("error", "access_denied") }},
	}
}

// Mend undoes every break of a provider.
func (p *Provider) Mend(t testing.TB) {
	t.Helper()
	p.Claims, p.Unsigned, p.Keyed, p.NoToken, p.Down, p.Stranger = nil, false, false, false, false, false
}
