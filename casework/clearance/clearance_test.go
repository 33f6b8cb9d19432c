package clearance

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/casework/store"
	"bellwether/casework/store/memory"
)

const list = "0123456789abcdef"

func TestAClearanceHoldsForItsListAndAWeek(t *testing.T) {
	now := time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	b := New(memory.New(), func() time.Time { return now })
	if _, ok, err := b.Of(t.Context(), list); ok || err != nil {
		t.Fatalf("a list that nobody looked at is cleared: %v, %v", ok, err)
	}
	made, err := b.Clear(t.Context(), list, "u-lead", []string{"1-2", "1-1", "1-2"}, []string{"1-4", "1-3"})
	if err != nil {
		t.Fatal(err)
	}
	got, ok, err := b.Of(t.Context(), list)
	if err != nil || !ok {
		t.Fatalf("%v, %v", ok, err)
	}
	if diff := cmp.Diff(made, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"1-1", "1-2"}, got.Removed); diff != "" || got.By != "u-lead" || cmp.Diff([]string{"1-3", "1-4"}, got.Kept) != "" || !got.Until().Equal(now.AddDate(0, 0, 7)) {
		t.Errorf("%+v %s", got, diff)
	}
	if _, ok, _ := b.Of(t.Context(), "fedcba9876543210"); ok {
		t.Error("another list is cleared with it")
	}
	now = now.AddDate(0, 0, 7)
	if _, ok, _ := b.Of(t.Context(), list); ok {
		t.Error("a clearance outlives its week")
	}
	if _, err := b.Clear(t.Context(), list, "u-other", nil, []string{"1-1"}); err != nil {
		t.Fatal(err)
	}
	if got, ok, _ := b.Of(t.Context(), list); !ok || got.By != "u-other" || len(got.Removed) != 0 {
		t.Errorf("the second look is %+v, %v", got, ok)
	}
}

func TestRefusals(t *testing.T) {
	st := memory.New()
	b := New(st, time.Now)
	for _, bad := range []string{"", "0123", "0123456789ABCDEF", "../../0123456789abcdef", "0123456789abcdefg"} {
		if _, err := b.Clear(t.Context(), bad, "u", nil, nil); !errors.Is(err, ErrList) {
			t.Errorf("%q: %v", bad, err)
		}
		if _, _, err := b.Of(t.Context(), bad); !errors.Is(err, ErrList) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := st.Append(t.Context(), stream(list), 0, store.NewEvent{Type: eventType, At: time.Now(), Actor: "u", Data: []byte(`[]`)}); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := b.Of(t.Context(), list); ok || err == nil {
		t.Error("a record that can't be read counts as a clearance")
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Clear(t.Context(), list, "u", nil, nil); err == nil {
		t.Error("a closed store records")
	}
	if _, _, err := b.Of(t.Context(), list); err == nil {
		t.Error("a closed store is read")
	}
}
