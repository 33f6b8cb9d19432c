package feeds

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/store/memory"
)

func TestAnAddressWorksUntilItIsWithdrawn(t *testing.T) {
	ctx, st := t.Context(), memory.New()
	now := time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	b := New(st, func() time.Time { return now })
	if _, ok, err := b.Has(ctx, "u-1"); ok || err != nil {
		t.Errorf("an address before any was made: %v, %v", ok, err)
	}
	if err := b.Withdraw(ctx, "u-1"); err != nil {
		t.Errorf("withdrawing nothing: %v", err)
	}
	first, err := b.Issue(ctx, "u-1")
	if err != nil {
		t.Fatal(err)
	}
	other, err := b.Issue(ctx, "u-2")
	if err != nil {
		t.Fatal(err)
	}
	if len(first) != 43 || first == other {
		t.Errorf("secrets %d characters long", len(first))
	}
	for secret, want := range map[string]string{first: "u-1", other: "u-2"} {
		if got, err := b.Owner(ctx, secret); got != want || err != nil {
			t.Errorf("leads to %q, %v, want %q", got, err, want)
		}
	}
	if since, ok, _ := b.Has(ctx, "u-1"); !ok || !since.Equal(now) {
		t.Errorf("has %v since %v", ok, since)
	}
	second, err := b.Issue(ctx, "u-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{first, "", "x", strings.Repeat("A", 43), first + "A", "../" + first[3:]} {
		if got, err := b.Owner(ctx, secret); !errors.Is(err, ErrNone) {
			t.Errorf("an address that leads nowhere leads to %q, %v", got, err)
		}
	}
	if got, _ := b.Owner(ctx, second); got != "u-1" {
		t.Errorf("the new address leads to %q", got)
	}
	if err := b.Withdraw(ctx, "u-1"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Owner(ctx, second); !errors.Is(err, ErrNone) {
		t.Errorf("a withdrawn address: %v", err)
	}
	if got, _ := b.Owner(ctx, other); got != "u-2" {
		t.Error("somebody else's address was withdrawn too")
	}
}

// The secret itself is nowhere in the store, nor is the user's id in the name of a stream.
func TestTheSecretIsNotKept(t *testing.T) {
	ctx, st := t.Context(), memory.New()
	secret, err := New(st, time.Now).Issue(ctx, "person@example")
	if err != nil {
		t.Fatal(err)
	}
	err = st.Replay(ctx, 0, func(e store.Event) error {
		if strings.Contains(e.Stream+string(e.Data), secret) || strings.Contains(e.Stream, "person") {
			t.Errorf("event %d on %s gives it away", e.Position, e.Stream)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWithoutRandomnessNothingIsIssued(t *testing.T) {
	b := New(memory.New(), time.Now)
	b.random = bytes.NewReader([]byte{1, 2, 3})
	if secret, err := b.Issue(context.Background(), "u"); err == nil || secret != "" {
		t.Errorf("issued %q, %v", secret, err)
	}
	if _, ok, _ := b.Has(t.Context(), "u"); ok {
		t.Error("an address stands although none was issued")
	}
}
