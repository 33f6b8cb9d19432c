// Package oidc signs people in through their organisation's identity provider: OpenID Connect's code flow with PKCE, a state and a
// nonce, every token checked on the server and none kept. It decides who somebody is and which roles the provider gives them; what a
// role may do is for the access policy.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Options say which provider is asked and how its claims read. Issuer, ClientID, RedirectURL, Roles and Now are required.
type Options struct {
	Issuer, ClientID, Secret string
	// RedirectURL is where the provider sends the browser back to.
	RedirectURL string
	// RolesClaim names the claim that lists roles; "roles" if empty, which is where Entra puts app roles. Never groups: a token with
	// many of them leaves the claim out.
	RolesClaim string
	// Roles gives for each value of the claim the role that it stands for here. Values that are not listed give nothing.
	Roles map[string]string
	// OrganisationClaim names a claim with the employer; none is read if empty.
	OrganisationClaim string
	Now               func() time.Time
	// Transport reaches the provider; nil is the usual one.
	Transport http.RoundTripper
}

// Flow is what must be remembered between sending a browser away and its return. It stays on the server.
type Flow struct {
	State, Nonce, Verifier string
	Began                  time.Time
	// Fresh says that the person was to prove anew who they are.
	Fresh bool
}

// Identity is who came back.
type Identity struct {
	// Issuer and Subject together name a person for good; an address or a name may be given to somebody else one day.
	Issuer, Subject    string
	Name, Organisation string
	Roles              []string
	// AuthTime is when the person last proved who they are, zero if the provider does not say.
	AuthTime time.Time
}

// RefusedError is a sign-in that was refused. Code is for the audit and holds nothing of what was sent.
type RefusedError struct {
	Code string
	err  error
}

// Error names the code and, for the log of the service, the cause.
func (e *RefusedError) Error() string {
	if e.err == nil {
		return "oidc: sign-in refused: " + e.Code
	}
	return "oidc: sign-in refused: " + e.Code + ": " + e.err.Error()
}

// Unwrap gives the cause.
func (e *RefusedError) Unwrap() error { return e.err }

// The codes of refusals.
const (
	CodeUnavailable = "provider_unavailable"
	CodeProvider    = "provider_refused"
	CodeState       = "wrong_state"
	CodeLate        = "took_too_long"
	CodeExchange    = "code_refused"
	CodeNoToken     = "no_id_token"
	CodeIssuer      = "wrong_issuer"
	CodeAudience    = "wrong_audience"
	CodeSignature   = "bad_signature"
	CodeExpired     = "expired"
	CodeFuture      = "issued_in_the_future"
	CodeNonce       = "wrong_nonce"
	CodeToken       = "bad_token"
	CodeNotFresh    = "not_confirmed"
	CodeNoRole      = "no_role"
)

const (
	// flowLife is how long somebody may take at the provider.
	flowLife = 10 * time.Minute
	// leeway is how far two clocks may lie apart.
	leeway = time.Minute
	// maxBody is the longest answer that is read from a provider.
	maxBody = 1 << 20
)

// algorithms are the signatures that count. "none" and those keyed with the client's secret are not among them.
var algorithms = []string{gooidc.RS256, gooidc.RS384, gooidc.RS512, gooidc.ES256, gooidc.ES384, gooidc.PS256, gooidc.EdDSA}

// Provider is one identity provider. Its description is read at the first sign-in, so that the service starts without it.
type Provider struct {
	o      Options
	client *http.Client

	mu    sync.Mutex
	found *gooidc.Provider
}

// New checks the options. It reaches nothing.
func New(o Options) (*Provider, error) {
	issuer, err := url.Parse(o.Issuer)
	switch {
	case o.Now == nil:
		return nil, errors.New("oidc: Options.Now is not set")
	case err != nil || issuer.Host == "":
		return nil, fmt.Errorf("oidc: the issuer %q is not an address", o.Issuer)
	case issuer.Scheme != "https" && !loopback(issuer.Hostname()):
		return nil, errors.New("oidc: the issuer must be reached by https")
	case o.ClientID == "" || o.RedirectURL == "":
		return nil, errors.New("oidc: the client id and the redirect address are needed")
	case len(o.Roles) == 0:
		return nil, errors.New("oidc: no value of the roles claim stands for a role, so nobody could sign in")
	}
	if o.RolesClaim == "" {
		o.RolesClaim = "roles"
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	return &Provider{o: o, client: &http.Client{
		Transport: bounded{o.Transport},
		Timeout:   10 * time.Second,
		// A provider's addresses are what it said they are; a redirect could lead anywhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// bounded cuts off answers that no provider would give.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxBody), resp.Body}
	}
	return resp, err
}

// discover reads the provider's description once it can be had.
func (p *Provider) discover(ctx context.Context) (*gooidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	found, err := gooidc.NewProvider(p.context(ctx), p.o.Issuer)
	if err != nil {
		return nil, &RefusedError{CodeUnavailable, err}
	}
	p.found = found
	return found, nil
}

func (p *Provider) context(ctx context.Context) context.Context {
	return gooidc.ClientContext(ctx, p.client)
}

func (p *Provider) oauth(found *gooidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.o.ClientID, ClientSecret: p.o.Secret, Endpoint: found.Endpoint(), RedirectURL: p.o.RedirectURL,
		Scopes: []string{gooidc.ScopeOpenID, "profile"}}
}

// Begin gives the address to send a browser to and what to remember until it is back. With fresh the provider is told to ask for proof
// even of somebody it knows already.
func (p *Provider) Begin(ctx context.Context, fresh bool) (address string, f Flow, err error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", f, err
	}
	f = Flow{State: token(), Nonce: token(), Verifier: oauth2.GenerateVerifier(), Began: p.o.Now(), Fresh: fresh}
	options := []oauth2.AuthCodeOption{gooidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)}
	if fresh {
		options = append(options, oauth2.SetAuthURLParam("max_age", "0"), oauth2.SetAuthURLParam("prompt", "login"))
	}
	return p.oauth(found).AuthCodeURL(f.State, options...), f, nil
}

// token makes an unguessable word.
func token() string {
	var b [24]byte
	// crypto/rand.Read never fails: it ends the process where the system has no randomness.
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Finish checks what the provider sent back. The flow must have been forgotten before: it serves once.
func (p *Provider) Finish(ctx context.Context, f Flow, back url.Values) (Identity, error) {
	now := p.o.Now()
	state := back.Get("state")
	switch {
	case f.State == "" || subtle.ConstantTimeCompare([]byte(state), []byte(f.State)) != 1:
		return Identity{}, &RefusedError{Code: CodeState}
	case now.Sub(f.Began) > flowLife || now.Before(f.Began):
		return Identity{}, &RefusedError{Code: CodeLate}
	case back.Get("error") != "":
		return Identity{}, &RefusedError{Code: CodeProvider}
	// Where a provider names itself it must be ours: a code meant for another one is not to be sent to this one.
	case back.Has("iss") && back.Get("iss") != p.o.Issuer:
		return Identity{}, &RefusedError{Code: CodeIssuer}
	case back.Get("code") == "":
		return Identity{}, &RefusedError{Code: CodeExchange}
	}
	found, err := p.discover(ctx)
	if err != nil {
		return Identity{}, err
	}
	tokens, err := p.oauth(found).Exchange(p.context(ctx), back.Get("code"), oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return Identity{}, &RefusedError{CodeExchange, hush(err)}
	}
	raw, _ := tokens.Extra("id_token").(string)
	if raw == "" {
		return Identity{}, &RefusedError{Code: CodeNoToken}
	}
	id, err := found.VerifierContext(p.context(ctx), &gooidc.Config{ClientID: p.o.ClientID, SupportedSigningAlgs: algorithms, Now: p.o.Now}).Verify(p.context(ctx), raw)
	if err != nil {
		return Identity{}, &RefusedError{Code: codeOf(err)}
	}
	return p.identity(id, f, now)
}

// hush keeps what a provider answered out of the log: it may repeat what it was sent.
func hush(err error) error {
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) && answer.Response != nil {
		return fmt.Errorf("the provider answered %d", answer.Response.StatusCode)
	}
	return errors.New("the provider could not be asked")
}

// codeOf names why a token does not hold.
func codeOf(err error) string {
	var expired *gooidc.TokenExpiredError
	text := err.Error()
	switch {
	case errors.As(err, &expired):
		return CodeExpired
	case strings.Contains(text, "different provider"):
		return CodeIssuer
	case strings.Contains(text, "audience"):
		return CodeAudience
	case strings.Contains(text, "nbf"):
		return CodeFuture
	case strings.Contains(text, "signature"), strings.Contains(text, "algorithm"), strings.Contains(text, "unsigned"):
		return CodeSignature
	default:
		return CodeToken
	}
}

// identity reads a token whose signature, issuer, audience and expiry hold.
func (p *Provider) identity(id *gooidc.IDToken, f Flow, now time.Time) (Identity, error) {
	var fixed struct {
		Azp      string `json:"azp"`
		Name     string `json:"name"`
		AuthTime int64  `json:"auth_time"`
	}
	var all map[string]any
	if err := errors.Join(id.Claims(&fixed), id.Claims(&all)); err != nil {
		return Identity{}, &RefusedError{Code: CodeToken}
	}
	switch {
	case id.Nonce == "" || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(f.Nonce)) != 1:
		return Identity{}, &RefusedError{Code: CodeNonce}
	case id.IssuedAt.After(now.Add(leeway)):
		return Identity{}, &RefusedError{Code: CodeFuture}
	case id.IssuedAt.Before(f.Began.Add(-leeway)):
		return Identity{}, &RefusedError{Code: CodeExpired}
	case len(id.Audience) > 1 && fixed.Azp != p.o.ClientID, fixed.Azp != "" && fixed.Azp != p.o.ClientID:
		return Identity{}, &RefusedError{Code: CodeAudience}
	case id.Subject == "" || len(id.Subject) > 255:
		return Identity{}, &RefusedError{Code: CodeToken}
	}
	who := Identity{Issuer: id.Issuer, Subject: id.Subject, Name: fixed.Name}
	if fixed.AuthTime > 0 {
		who.AuthTime = time.Unix(fixed.AuthTime, 0).UTC()
	}
	if f.Fresh && (who.AuthTime.Before(f.Began.Add(-leeway)) || who.AuthTime.After(now.Add(leeway))) {
		return Identity{}, &RefusedError{Code: CodeNotFresh}
	}
	if p.o.OrganisationClaim != "" {
		who.Organisation, _ = all[p.o.OrganisationClaim].(string)
	}
	for _, value := range words(all[p.o.RolesClaim]) {
		if role := p.o.Roles[value]; role != "" && !slices.Contains(who.Roles, role) {
			who.Roles = append(who.Roles, role)
		}
	}
	slices.Sort(who.Roles)
	if len(who.Roles) == 0 {
		return Identity{}, &RefusedError{Code: CodeNoRole}
	}
	return who, nil
}

// words reads a claim that is a list of words, or one.
func words(claim any) []string {
	switch c := claim.(type) {
	case string:
		return []string{c}
	case []any:
		var out []string
		for _, v := range c {
			if s, ok := v.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}
