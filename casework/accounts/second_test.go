package accounts

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

func withSecond(t *testing.T) (*fixture, Account, *otp.Key) {
	t.Helper()
	f := setUp(t)
	f.Accounts.sealKey = bytes.Repeat([]byte{7}, 32)
	ada := f.add("ada")
	key, err := f.BeginSecond(f.ctx, ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	return f, ada, key
}

func (f *fixture) code(key *otp.Key, later time.Duration) string {
	f.t.Helper()
	c, err := totp.GenerateCodeCustom(key.Secret(), f.clock.read().Add(later), codeOptions)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func TestSecondFactor(t *testing.T) {
	f, ada, key := withSecond(t)
	if yes, err := f.HasSecond(f.ctx, ada.ID); yes || err != nil {
		t.Errorf("it counts before it is confirmed: %v", err)
	}
	if _, err := f.ConfirmSecond(f.ctx, ada.ID, "000000"); !errors.Is(err, ErrSecond) {
		t.Errorf("confirmed with a wrong code: %v", err)
	}
	recovery, err := f.ConfirmSecond(f.ctx, ada.ID, f.code(key, 0))
	if err != nil || len(recovery) != recoveryCodes {
		t.Fatalf("%v, %v", recovery, err)
	}
	if yes, err := f.HasSecond(f.ctx, ada.ID); !yes || err != nil {
		t.Errorf("it does not count: %v", err)
	}
	check := func(code string) error { return f.CheckSecond(f.ctx, ada.ID, code) }
	if err := check(f.code(key, 0)); !errors.Is(err, ErrSecond) {
		t.Errorf("the code of the confirmation serves twice: %v", err)
	}
	for _, step := range []time.Duration{time.Minute, 31 * time.Second} {
		f.clock.forward(step)
		good := f.code(key, 0)
		if err := check(good[:3] + " " + good[3:]); err != nil {
			t.Errorf("after %s: %v", step, err)
		}
		if err := check(good); !errors.Is(err, ErrSecond) {
			t.Errorf("replayed: %v", err)
		}
	}
	f.clock.forward(5 * time.Minute)
	for name, code := range map[string]string{"too old": f.code(key, -2*time.Minute), "too new": f.code(key, 2*time.Minute), "empty": "", "letters": "abcdef"} {
		if err := check(code); !errors.Is(err, ErrSecond) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.clock.forward(time.Hour)
	if err := check(recovery[3]); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	if err := check(recovery[3]); !errors.Is(err, ErrSecond) {
		t.Errorf("a recovery code serves twice: %v", err)
	}
	var slowed *SignInError
	for range 6 {
		err = check("111111")
	}
	if !errors.As(err, &slowed) || slowed.RetryAfter <= 0 {
		t.Errorf("guessing is not slowed: %v", err)
	}
}

func TestSecondFactorOfAnother(t *testing.T) {
	f, ada, key := withSecond(t)
	recovery, err := f.ConfirmSecond(f.ctx, ada.ID, f.code(key, 0))
	if err != nil {
		t.Fatal(err)
	}
	ben := f.add("ben")
	f.clock.forward(time.Minute)
	for _, code := range []string{f.code(key, 0), recovery[0]} {
		if err := f.CheckSecond(f.ctx, ben.ID, code); !errors.Is(err, ErrSecond) {
			t.Errorf("one person's code opens another's account: %v", err)
		}
	}
	if _, err := f.BeginSecond(f.ctx, ada.ID); err == nil {
		t.Error("a factor in use is replaced without being removed")
	}
	if err := f.RemoveSecond(f.ctx, ada.ID); err != nil {
		t.Fatal(err)
	}
	if err := f.CheckSecond(f.ctx, ada.ID, recovery[1]); !errors.Is(err, ErrSecond) {
		t.Errorf("a recovery code outlives its factor: %v", err)
	}
	if _, err := f.BeginSecond(f.ctx, ada.ID); err != nil {
		t.Errorf("set up again: %v", err)
	}
}

func TestSecretsAreSealed(t *testing.T) {
	f, ada, key := withSecond(t)
	if _, err := f.ConfirmSecond(f.ctx, ada.ID, f.code(key, 0)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(f.stored(), key.Secret()) {
		t.Error("the secret lies open in the casework store")
	}
	f.clock.forward(time.Minute)
	f.Accounts.sealKey = bytes.Repeat([]byte{8}, 32)
	if err := f.CheckSecond(f.ctx, ada.ID, f.code(key, 0)); err == nil || errors.Is(err, ErrSecond) {
		t.Errorf("with another key: %v", err)
	}
	f.Accounts.sealKey = nil
	if _, err := f.BeginSecond(f.ctx, ada.ID); !errors.Is(err, ErrNoSeal) {
		t.Errorf("without a key: %v", err)
	}
}
