package app

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"bellwether/casework/accounts"
	"bellwether/casework/store/sqlite"
	"bellwether/dashboard/page"
	"bellwether/internal/instancetest"
	"bellwether/metrics"
)

func TestMain(m *testing.M) {
	instancetest.HashCheaply()
	goleak.VerifyTestMain(m)
}

func TestSignInPassesTheDeviceOn(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC) }
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "casework.db"), sqlite.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	local, err := accounts.New(db, accounts.Options{Now: now, Hash: accounts.HashParams{MemoryKiB: 8, Passes: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	requests, err := metrics.NewRequests(prometheus.NewRegistry(), now)
	if err != nil {
		t.Fatal(err)
	}
	const secret = "marsh lantern quietly folds"
	account, err := local.Create(t.Context(), "test", accounts.NewAccount{Username: "ada", Name: "Ada", Roles: []string{"qsig_member"}, Password: secret})
	if err != nil {
		t.Fatal(err)
	}
	p := people{accounts: local, requests: requests}
	in, err := p.SignIn(t.Context(), page.Attempt{Username: "ada", Password: secret})
	if err != nil || in.UserID != account.ID || in.Device == "" {
		t.Fatalf("%+v, %v", in, err)
	}
	var throttled *page.ThrottledError
	for i := range 7 {
		_, err = p.SignIn(t.Context(), page.Attempt{Username: "ada", Password: "guess"})
		if i < 4 && !errors.Is(err, page.ErrSignIn) {
			t.Errorf("guess %d: %v", i, err)
		}
	}
	if !errors.As(err, &throttled) {
		t.Errorf("strangers are not slowed: %v", err)
	}
	if again, err := p.SignIn(t.Context(), page.Attempt{Username: "ada", Password: secret, Device: in.Device}); err != nil || again.Device != in.Device {
		t.Errorf("the known browser is slowed: %+v, %v", again, err)
	}
	if err := local.Disable(t.Context(), account.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Subject(t.Context(), account.ID); !errors.Is(err, page.ErrNoAccount) {
		t.Errorf("a disabled account: %v", err)
	}
}
