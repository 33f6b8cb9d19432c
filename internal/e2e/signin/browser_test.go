//go:build browser

package signin

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	oidcpkg "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"bellwether/internal/app"
	"bellwether/internal/browsertest"
	"bellwether/internal/config"
	"bellwether/internal/instance"
)

const clientSecret = "the client's secret for the test"

// directory is the provider's storage, which also says who has which role.
type directory struct {
	*storage.Storage
	roles map[string][]string
}

// SetUserinfoFromRequest adds the roles claim to id tokens.
func (d directory) SetUserinfoFromRequest(ctx context.Context, info *oidcpkg.UserInfo, r op.IDTokenRequest, scopes []string) error {
	if err := d.Storage.SetUserinfoFromRequest(ctx, info, r, scopes); err != nil {
		return err
	}
	info.Name = "Zita Provider"
	info.AppendClaims("roles", d.roles[r.GetSubject()])
	return nil
}

// provider runs the identity provider of the zitadel library, with one person who has a role and one who has none.
func provider(t *testing.T, callback string) string {
	t.Helper()
	users := filepath.Join(t.TempDir(), "users.json")
	list, err := json.Marshal(map[string]storage.User{
		"id-chair": {ID: "id-chair", Username: "chair", Password: "verysecure", FirstName: "Zita", LastName: "Provider"},
		"id-guest": {ID: "id-guest", Username: "guest", Password: "verysecure", FirstName: "Gus", LastName: "Guest"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(users, list, 0o600); err != nil {
		t.Fatal(err)
	}
	people, err := storage.StoreFromFile(users)
	if err != nil {
		t.Fatal(err)
	}
	storage.RegisterClients(storage.WebClient("bellwether", clientSecret, callback))
	web := httptest.NewUnstartedServer(nil)
	issuer := "http://" + web.Listener.Addr().String() + "/"
	web.Config.Handler = exampleop.SetupServer(issuer, directory{storage.NewStorage(people), map[string][]string{"id-chair": {"Bellwether.Chair"}, "id-guest": {"Payroll.Reader"}}},
		slog.New(slog.DiscardHandler), false)
	web.Start()
	t.Cleanup(web.Close)
	return issuer
}

// front stands where a council's proxy stands: it has an address before the service behind it has one.
func front(t *testing.T) (base string, behind *atomic.Value) {
	t.Helper()
	behind = &atomic.Value{}
	web := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		target, _ := url.Parse("http://" + behind.Load().(string))
		r.SetURL(target)
		r.Out.Host = r.In.Host
	}})
	t.Cleanup(web.Close)
	return web.URL, behind
}

// service runs Bellwether over a new instance that asks the provider.
func service(t *testing.T) (base string) {
	t.Helper()
	base, behind := front(t)
	issuer := provider(t, base+"/sign-in/callback")
	dir := filepath.Join(t.TempDir(), "instance")
	if err := instance.Create(dir, instance.Options{Council: "Larkshire", Listen: "127.0.0.1:0"}); err != nil {
		t.Fatal(err)
	}
	if err := instance.EnsureKeys(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, instance.Secrets, "oidc.secret"), []byte(clientSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, config.FileName)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	more := "sign_in:\n  oidc:\n    title: Sign in with your council account\n    issuer: " + issuer + "\n    client_id: bellwether\n    client_secret_file: oidc.secret\n    roles: {Bellwether.Chair: qsig_chair}\n"
	settings := strings.Replace(string(text), "server:\n", "server:\n  public_url: "+base+"\n", 1) + more
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), app.Options{Config: cfg, Now: time.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	behind.Store(a.Addr())
	return base
}

func text(t *testing.T, ctx context.Context) string {
	t.Helper()
	return browsertest.Run(t, ctx, chromedp.Text(chromedp.CSS("main")))
}

// TestBrowserSignsInThroughARealProvider goes the whole way round as the chair, finds the account page, and is not let in as a guest
// without a role.
func TestBrowserSignsInThroughARealProvider(t *testing.T) {
	ctx, base := browsertest.Open(t), service(t)
	round := func(user string) {
		t.Helper()
		browsertest.Do(t, ctx, chromedp.Navigate(base+"/sign-in?next=/account"), browsertest.Click(`a[href^="/sign-in/organisation"]`, "#username"), chromedp.SendKeys(chromedp.CSS("#username"), user),
			chromedp.SendKeys(chromedp.CSS("#password"), "verysecure"), browsertest.Submit("#password", "main h1"))
	}
	round("guest")
	if said := text(t, ctx); !strings.Contains(said, "You are not signed in") || !strings.Contains(said, "no role in Bellwether") {
		t.Errorf("a guest is told: %s", said)
	}
	round("chair")
	said := text(t, ctx)
	if !strings.Contains(said, "Your account") || !strings.Contains(said, "Zita Provider") || !strings.Contains(said, "Qsig chair") || !strings.Contains(said, "this one") {
		t.Errorf("the chair is told: %s", said)
	}
	if at := browsertest.Run(t, ctx, chromedp.Location()); at != base+"/account" {
		t.Errorf("the chair is at %s", at)
	}
	// The address with the code, opened a second time, opens nothing.
	browsertest.Do(t, ctx, chromedp.Navigate(base+"/sign-in/callback?code=old&state=old"), chromedp.WaitVisible(chromedp.CSS("main h1")))
	if said := text(t, ctx); !strings.Contains(said, "begun in another window") {
		t.Errorf("an old code: %s", said)
	}
	browsertest.Do(t, ctx, chromedp.Navigate(base+"/account/confirm?next=/account"), browsertest.Click(`a[href*="fresh=yes"]`, "#username"))
	resp, err := http.Get(base + "/account")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.Request.URL.Path != "/sign-in" {
		t.Errorf("without a session: %s", resp.Request.URL.Path)
	}
}
