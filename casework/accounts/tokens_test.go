package accounts

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func invited(t *testing.T, f *fixture) Account {
	t.Helper()
	account, err := f.Create(f.ctx, "cli", NewAccount{Username: "new", Name: "New Person", Roles: []string{"auditor"}})
	if err != nil {
		t.Fatal(err)
	}
	return account
}

func TestInvitation(t *testing.T) {
	f := setUp(t)
	account := invited(t, f)
	token, err := f.Invite(f.ctx, "cli", account.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(token) != 43 || strings.ContainsAny(token, "+/=") {
		t.Errorf("a token of %d letters that may not fit an address", len(token))
	}
	if got, err := f.LinkFor(f.ctx, token); err != nil || got.ID != account.ID {
		t.Errorf("LinkFor() = %+v, %v", got, err)
	}
	if _, err := f.Redeem(f.ctx, token, "short"); err == nil {
		t.Error("a short password was taken")
	}
	got, err := f.Redeem(f.ctx, token, secret)
	if err != nil || got.Status != Active || got.PasswordSetAt.IsZero() {
		t.Fatalf("Redeem() = %+v, %v", got, err)
	}
	if _, refused := f.try("new", secret, ""); refused != nil {
		t.Error(refused)
	}
	if _, err := f.Redeem(f.ctx, token, secret+" again"); !errors.Is(err, ErrLink) {
		t.Errorf("the same link again = %v", err)
	}
	if _, err := f.Invite(f.ctx, "cli", account.ID); err == nil || !strings.Contains(err.Error(), "use a reset") {
		t.Errorf("inviting an active account = %v", err)
	}
}

func TestLinksThatDoNotWork(t *testing.T) {
	f := setUp(t)
	account := invited(t, f)
	first, _ := f.Invite(f.ctx, "cli", account.ID)
	second, _ := f.Invite(f.ctx, "cli", account.ID)
	for name, token := range map[string]string{"withdrawn": first, "made up": "x", "empty": "", "one letter off": second[:42] + "_"} {
		if _, err := f.LinkFor(f.ctx, token); !errors.Is(err, ErrLink) {
			t.Errorf("%s: LinkFor() = %v", name, err)
		}
		if _, err := f.Redeem(f.ctx, token, secret); !errors.Is(err, ErrLink) {
			t.Errorf("%s: Redeem() = %v", name, err)
		}
	}
	f.clock.forward(InviteLife - time.Nanosecond)
	if _, err := f.LinkFor(f.ctx, second); err != nil {
		t.Errorf("just before it expires: %v", err)
	}
	f.clock.forward(time.Nanosecond)
	if _, err := f.Redeem(f.ctx, second, secret); !errors.Is(err, ErrLink) {
		t.Errorf("expired: %v", err)
	}
}

func TestResetKeepsTheOldPasswordUntilUsed(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	token, err := f.Reset(f.ctx, "cli", ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, refused := f.try("ada", secret, ""); refused != nil {
		t.Errorf("asking for a reset locked the owner out: %v", refused)
	}
	if _, err := f.Redeem(f.ctx, token, secret+" anew"); err != nil {
		t.Fatal(err)
	}
	if _, refused := f.try("ada", secret, ""); refused == nil {
		t.Error("the old password still works")
	}
}

func TestOneLinkTwoPeople(t *testing.T) {
	f := setUp(t)
	account := invited(t, f)
	token, _ := f.Invite(f.ctx, "cli", account.ID)
	var group sync.WaitGroup
	var mu sync.Mutex
	through := 0
	for range 8 {
		group.Go(func() {
			_, err := f.Redeem(f.ctx, token, secret)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				through++
			} else if !errors.Is(err, ErrLink) {
				t.Errorf("Redeem() = %v", err)
			}
		})
	}
	group.Wait()
	if through != 1 {
		t.Errorf("%d people used one link", through)
	}
}
