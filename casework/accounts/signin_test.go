package accounts

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestSignIn(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	if _, err := f.Create(f.ctx, "cli", NewAccount{Username: "new", Name: "New", Roles: []string{"auditor"}}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ username, password, want string }{
		{"ada", secret, ""},
		{" ADA ", secret, ""},
		{"ada", "wrong password here", CodeWrong},
		{"ada", "", CodeWrong},
		{"ada", strings.Repeat("x", 10000), CodeWrong},
		{"eve", secret, CodeUnknown},
		{"", secret, CodeUnknown},
		{"new", secret, CodeInvited},
		{"new", "", CodeInvited},
		{"ada' OR 1=1 --", secret, CodeUnknown},
	} {
		in, refused := f.try(tt.username, tt.password, "")
		switch {
		case tt.want == "" && (refused != nil || in.Account.ID != ada.ID || in.Device == ""):
			t.Errorf("%q = %+v, %v", tt.username, in, refused)
		case tt.want != "" && (refused == nil || refused.Code != tt.want || in.Account.ID != ""):
			t.Errorf("%q = %+v, %v, want %s", tt.username, in, refused, tt.want)
		}
		if refused != nil && refused.Error() != (&SignInError{Code: CodeWrong}).Error() {
			t.Errorf("%q is told more than others: %v", tt.username, refused)
		}
	}
	if got, _ := f.Get(f.ctx, ada.ID); !got.LastSignInAt.Equal(f.clock.now) {
		t.Errorf("last sign-in = %v", got.LastSignInAt)
	}
}

func TestGrowingDelay(t *testing.T) {
	f := setUp(t)
	f.add("ada")
	for attempt := 1; attempt <= 20; attempt++ {
		if _, refused := f.try("ada", "wrong password here", ""); refused == nil || refused.Code != CodeWrong {
			t.Fatalf("attempt %d = %v", attempt, refused)
		}
		want := delay(attempt)
		_, refused := f.try("ada", "wrong password here", "")
		if want == 0 {
			attempt++ // that one counted too
			continue
		}
		if refused == nil || refused.Code != CodeDelayed || refused.RetryAfter != want {
			t.Fatalf("after %d attempts: %+v, want a delay of %v", attempt, refused, want)
		}
		// Neither the right password nor another guess is looked at meanwhile,
		// and neither makes the delay longer.
		f.clock.forward(want - time.Millisecond)
		if _, refused := f.try("ada", secret, ""); refused == nil || refused.RetryAfter != time.Millisecond {
			t.Fatalf("after %d attempts, just before the end: %+v", attempt, refused)
		}
		f.clock.forward(time.Millisecond)
	}
	if _, refused := f.try("ada", secret, ""); refused != nil {
		t.Errorf("the right password after the delay = %v", refused)
	}
	if _, refused := f.try("ada", "wrong password here", ""); refused == nil || refused.Code != CodeWrong {
		t.Errorf("the count was not cleared: %v", refused)
	}
}

func TestDelayTable(t *testing.T) {
	for failures, want := range map[int]time.Duration{0: 0, 1: 0, 4: 0, 5: time.Second, 6: 2 * time.Second, 10: 32 * time.Second,
		14: 512 * time.Second, 15: 15 * time.Minute, 1000: 15 * time.Minute} {
		if got := delay(failures); got != want {
			t.Errorf("delay(%d) = %v, want %v", failures, got, want)
		}
	}
}

func TestFailuresAreForgotten(t *testing.T) {
	f := setUp(t)
	f.add("ada")
	for range 4 {
		f.try("ada", "wrong password here", "")
	}
	f.clock.forward(forgetAfter + time.Second)
	for range 4 {
		if _, refused := f.try("ada", "wrong password here", ""); refused.Code != CodeWrong {
			t.Errorf("a day later: %+v", refused)
		}
	}
}

// TestOwnerIsNotLockedOut lets somebody guess without end: the owner signs in
// from the own browser all the same, and by a reset link from any other.
func TestOwnerIsNotLockedOut(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	home, refused := f.try("ada", secret, "")
	if refused != nil {
		t.Fatal(refused)
	}
	for range 40 {
		f.try("ada", "a guess from afar", "")
		f.clock.forward(30 * time.Second)
	}
	in, refused := f.try("ada", secret, home.Device)
	if refused != nil || in.Device != home.Device {
		t.Fatalf("the owner's browser = %v", refused)
	}
	if _, refused := f.try("ada", secret, ""); refused == nil || refused.Code != CodeDelayed {
		t.Fatalf("a strange browser = %v, want the delay to go on", refused)
	}
	if _, refused := f.try("ada", secret, "a made-up device"); refused == nil || refused.Code != CodeDelayed {
		t.Errorf("a made-up device = %v", refused)
	}
	link, err := f.Reset(f.ctx, "cli", ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Redeem(f.ctx, link, secret+" anew"); err != nil {
		t.Fatal(err)
	}
	if _, refused := f.try("ada", secret+" anew", ""); refused != nil {
		t.Errorf("after the reset = %v", refused)
	}
	// The reset may have been asked for because a browser was stolen.
	for range 5 {
		f.try("ada", "wrong password here", "")
	}
	if _, refused := f.try("ada", secret+" anew", home.Device); refused == nil || refused.Code != CodeDelayed {
		t.Errorf("a browser known before the reset = %v", refused)
	}
}

func TestKnownBrowserIsDelayedByItself(t *testing.T) {
	f := setUp(t)
	f.add("ada")
	f.add("ben")
	in, _ := f.try("ada", secret, "")
	for range 5 {
		f.try("ada", "wrong password here", in.Device)
	}
	if _, refused := f.try("ada", secret, in.Device); refused == nil || refused.Code != CodeDelayed {
		t.Errorf("guessing from the own browser = %v, want a delay", refused)
	}
	if _, refused := f.try("ada", secret, ""); refused != nil {
		t.Errorf("another browser = %v", refused)
	}
	// A browser known to one account is a stranger to the next.
	for range 5 {
		f.try("ben", "wrong password here", in.Device)
	}
	if _, refused := f.try("ben", secret, ""); refused == nil || refused.Code != CodeDelayed {
		t.Errorf("another's browser was counted apart: %v", refused)
	}
	f.clock.forward(deviceLife + time.Hour)
	if in2, refused := f.try("ada", secret, in.Device); refused != nil || in2.Device == in.Device {
		t.Errorf("a browser not seen for long is still known: %v", refused)
	}
}

// TestUnknownNamesAreDelayedAlike: the delay must not tell which names exist.
func TestUnknownNamesAreDelayedAlike(t *testing.T) {
	f := setUp(t)
	f.add("ada")
	for attempt := range 8 {
		_, known := f.try("ada", "wrong password here", "")
		_, unknown := f.try("nobody", "wrong password here", "")
		if known.RetryAfter != unknown.RetryAfter || known.Error() != unknown.Error() {
			t.Errorf("attempt %d: %v for a name, %v for none", attempt, known, unknown)
		}
	}
}

// TestManyAtOnce makes fifty guesses at the same moment: no more of them are
// looked at than if they had come one after the other.
func TestManyAtOnce(t *testing.T) {
	f := setUp(t)
	f.add("ada")
	var mu sync.Mutex
	codes := map[string]int{}
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			_, err := f.SignIn(f.ctx, Attempt{Username: "ada", Password: fmt.Sprint("guess number ", i)})
			var refused *SignInError
			if !errors.As(err, &refused) {
				t.Errorf("SignIn() = %v", err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			codes[refused.Code]++
		})
	}
	group.Wait()
	if codes[CodeWrong] > freeAttempts || codes[CodeWrong]+codes[CodeDelayed]+codes[CodeBusy] != 50 {
		t.Errorf("codes = %v", codes)
	}
}

func TestLanes(t *testing.T) {
	l := newLanes()
	leave, err := l.enter(context.Background(), false)
	if err != nil {
		t.Fatal(err)
	}
	// A stranger holds the strangers' lane; a known browser does not wait.
	known, err := l.enter(context.Background(), true)
	if err != nil {
		t.Fatal(err)
	}
	known()
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	for range maxWaiting {
		group.Go(func() {
			if release, err := l.enter(ctx, false); err == nil {
				release()
			}
		})
	}
	for l.waiting.Load() < maxWaiting {
		// the waiting have no other sign of having arrived
	}
	var refused *SignInError
	if _, err := l.enter(ctx, false); !errors.As(err, &refused) || refused.Code != CodeBusy || refused.RetryAfter == 0 {
		t.Errorf("one too many = %v", err)
	}
	cancel()
	group.Wait()
	leave()
	if l.waiting.Load() != 0 {
		t.Errorf("%d still wait", l.waiting.Load())
	}
}

func TestHashIsRenewedAtTheNewCost(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	dearer := HashParams{MemoryKiB: 16, Passes: 2, Threads: 1}
	renewed, err := New(f.db, Options{Now: f.clock.read, Hash: dearer})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := renewed.SignIn(f.ctx, Attempt{Username: "ada", Password: secret}); err != nil {
		t.Fatal(err)
	}
	var hash string
	f.db.View(f.ctx, func(tx *sql.Tx) error {
		_, h, err := get(f.ctx, tx, "id", ada.ID)
		hash = h
		return err
	})
	if ok, cost, err := matches(hash, secret); !ok || cost != dearer || err != nil {
		t.Errorf("the hash now costs %+v, %v", cost, err)
	}
}

func TestChangePassword(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	if err := f.ChangePassword(f.ctx, ada.ID, "wrong password here", secret+" anew", ""); err == nil {
		t.Error("changed with a wrong password")
	}
	if err := f.ChangePassword(f.ctx, ada.ID, secret, secret, ""); err == nil {
		t.Error("changed to the same password")
	}
	if err := f.ChangePassword(f.ctx, ada.ID, secret, "short", ""); err == nil {
		t.Error("changed to a short password")
	}
	if err := f.ChangePassword(f.ctx, ada.ID, secret, secret+" anew", ""); err != nil {
		t.Fatal(err)
	}
	if _, refused := f.try("ada", secret+" anew", ""); refused != nil {
		t.Error(refused)
	}
	for range 6 {
		f.ChangePassword(f.ctx, ada.ID, "guess after guess", secret, "")
	}
	if err := f.ChangePassword(f.ctx, ada.ID, "guess after guess", secret, ""); err == nil || !strings.Contains(err.Error(), "wait") {
		t.Errorf("guessing on an unattended screen = %v", err)
	}
}

func TestSweep(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	f.try("ada", secret, "")
	f.try("ada", "wrong password here", "")
	f.try("nobody", "wrong password here", "")
	if _, err := f.Reset(f.ctx, "cli", ada.ID); err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		f.db.View(f.ctx, func(tx *sql.Tx) error {
			return tx.QueryRow("SELECT (SELECT count(*) FROM sign_in_failure) + (SELECT count(*) FROM account_device) + (SELECT count(*) FROM account_token)").Scan(&n)
		})
		return n
	}
	if err := f.Sweep(f.ctx); err != nil || count() != 4 {
		t.Errorf("%d rows, %v; want the 4 that are in use", count(), err)
	}
	f.clock.forward(deviceLife + time.Hour)
	if err := f.Sweep(f.ctx); err != nil || count() != 0 {
		t.Errorf("%d rows left, %v", count(), err)
	}
}
