// Package oidctest is an identity provider for tests: it keeps to the protocol until it is told to break it in one way.
package oidctest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Client and Secret are what the provider knows of its one client.
const (
	Client = "bellwether"
	Secret = "a secret of the client"
)

// Provider is a running provider. Its fields may be set between requests.
type Provider struct {
	Issuer string
	Now    func() time.Time
	// Claims changes what the next tokens say.
	Claims func(claims map[string]any)
	// Unsigned makes tokens with "alg": "none"; Keyed signs them with the client's secret.
	Unsigned, Keyed bool
	// NoToken leaves the id token out. Down refuses every request.
	NoToken, Down bool
	// Stranger signs with a key that the provider does not publish.
	Stranger bool

	mu    sync.Mutex
	key   *ecdsa.PrivateKey
	keyID int
	codes map[string]url.Values
	sent  []url.Values // what was asked at the authorization endpoint
}

// New starts a provider that ends with the test.
func New(t testing.TB, now func() time.Time) *Provider {
	t.Helper()
	p := &Provider{Now: now, codes: map[string]url.Values{}}
	p.Rotate(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.describe)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /keys", p.keys)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.Down {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	p.Issuer = web.URL
	return p
}

// Rotate replaces the key that the provider signs with and publishes.
func (p *Provider) Rotate(t testing.TB) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key, p.keyID = key, p.keyID+1
}

// Asked gives what the last browser was sent with.
func (p *Provider) Asked() url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sent) == 0 {
		return nil
	}
	return p.sent[len(p.sent)-1]
}

func (p *Provider) describe(w http.ResponseWriter, _ *http.Request) {
	_ = json.NewEncoder(w).Encode(map[string]any{"issuer": p.Issuer, "authorization_endpoint": p.Issuer + "/authorize", "token_endpoint": p.Issuer + "/token",
		"jwks_uri": p.Issuer + "/keys", "response_types_supported": []string{"code"}, "subject_types_supported": []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"ES256", "none", "HS256"}})
}

// authorize signs everybody in at once and sends them back with a code.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != Client || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" {
		http.Error(w, "not a request for a code with a challenge", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	p.sent = append(p.sent, q)
	code := fmt.Sprintf("code-%d", len(p.sent))
	p.codes[code] = q
	p.mu.Unlock()
	//nolint:gosec // a provider for tests sends its caller where the caller asked
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	if basic {
		secret, _ = url.QueryUnescape(secret)
	}
	p.mu.Lock()
	asked, known := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	p.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	w.Header().Set("Content-Type", "application/json")
	if id != Client || secret != Secret || !known || base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") ||
		r.PostFormValue("redirect_uri") != asked.Get("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_grant"}`)
		return
	}
	answer := map[string]any{"access_token": "opaque", "token_type": "Bearer", "expires_in": 300}
	if !p.NoToken {
		answer["id_token"] = p.sign(asked.Get("nonce"))
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// sign makes the id token, true or broken as told.
func (p *Provider) sign(nonce string) string {
	now := p.Now()
	claims := map[string]any{"iss": p.Issuer, "sub": "s-1", "aud": Client, "exp": now.Add(5 * time.Minute).Unix(), "iat": now.Unix(), "auth_time": now.Unix(),
		"nonce": nonce, "name": "Ida Provider", "roles": []string{"Bellwether.Chair", "Something.Else"}}
	if p.Claims != nil {
		p.Claims(claims)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return ""
	}
	if p.Unsigned {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(body) + "."
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	how := jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: p.key, KeyID: fmt.Sprint("k", p.keyID)}}
	switch {
	case p.Keyed:
		how = jose.SigningKey{Algorithm: jose.HS256, Key: []byte(Secret + Secret)}
	case p.Stranger:
		stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return ""
		}
		how.Key = jose.JSONWebKey{Key: stranger, KeyID: "unknown"}
	}
	signer, err := jose.NewSigner(how, nil)
	if err != nil {
		return ""
	}
	signed, err := signer.Sign(body)
	if err != nil {
		return ""
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		return ""
	}
	return text
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: fmt.Sprint("k", p.keyID), Use: "sig", Algorithm: "ES256"}}})
}

// Visit goes to an address as a browser would and gives what it is sent back with.
func Visit(t testing.TB, address string) url.Values {
	t.Helper()
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusFound {
		t.Fatalf("the provider answered %d", resp.StatusCode)
	}
	back, err := resp.Location()
	if err != nil {
		t.Fatal(err)
	}
	c.CloseIdleConnections()
	return back.Query()
}
