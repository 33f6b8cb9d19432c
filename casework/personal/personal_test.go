package personal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/casework/store"
	"bellwether/casework/store/memory"
)

func book(t *testing.T) (*Book, *memory.Store) {
	t.Helper()
	st := memory.New()
	now := time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	return New(st, func() time.Time { now = now.Add(time.Minute); return now }), st
}

func names(views []View) string {
	var out []string
	for _, v := range views {
		out = append(out, v.Name)
	}
	return strings.Join(out, ", ")
}

func TestViewsAreOnesOwn(t *testing.T) {
	b, _ := book(t)
	ctx := t.Context()
	for _, name := range []string{"watch list", "  Home care \n at  concern ", "Ältere"} {
		if _, err := b.Save(ctx, "u-1", name, "level=2&kind=home_care"); err != nil {
			t.Fatal(err)
		}
	}
	views, err := b.Views(ctx, "u-1")
	if err != nil || names(views) != "Home care at concern, watch list, Ältere" || views[0].Query != "level=2&kind=home_care" || views[0].At.IsZero() {
		t.Fatalf("%+v, %v", views, err)
	}
	if others, err := b.Views(ctx, "u-2"); err != nil || len(others) != 0 {
		t.Errorf("another reader has %+v, %v", others, err)
	}
	if err := b.Delete(ctx, "u-2", views[0].ID); !errors.Is(err, ErrNoView) {
		t.Errorf("another reader deletes: %v", err)
	}
	if err := b.Delete(ctx, "u-1", views[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := b.Delete(ctx, "u-1", views[0].ID); !errors.Is(err, ErrNoView) {
		t.Errorf("deleted twice: %v", err)
	}
	if left, _ := b.Views(ctx, "u-1"); names(left) != "watch list, Ältere" {
		t.Errorf("left are %s", names(left))
	}
	again, err := b.Save(ctx, "u-1", "Home care at concern", "")
	if err != nil || again.ID == views[0].ID {
		t.Errorf("a name that was given back is free, under a new id: %+v, %v", again, err)
	}
}

func TestRefusals(t *testing.T) {
	b, _ := book(t)
	ctx := t.Context()
	if _, err := b.Save(ctx, "u-1", "One", ""); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		name, query string
		want        error
	}{
		"empty":       {" \t ", "", ErrName},
		"too long":    {strings.Repeat("x", MaxName+1), "", ErrName},
		"not a text":  {"\xff\xfe", "", ErrName},
		"long query":  {"Two", strings.Repeat("q", MaxQuery+1), ErrQuery},
		"taken":       {"ONE", "", ErrTaken},
		"long letter": {strings.Repeat("ß", MaxName), "", nil},
		"markup":      {"</script><b>", "", nil},
	} {
		if _, err := b.Save(ctx, "u-1", tc.name, tc.query); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	for i := 0; ; i++ {
		if _, err := b.Save(ctx, "u-1", fmt.Sprintf("list %d", i), ""); err != nil {
			if views, _ := b.Views(ctx, "u-1"); !errors.Is(err, ErrFull) || len(views) != MaxViews {
				t.Errorf("%d lists, %v", len(views), err)
			}
			return
		}
	}
}

func seen(snapshot string, level int64, flags ...string) Seen {
	return Seen{Snapshot: snapshot, AsOf: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Level: level, Flags: flags}
}

func TestLookGivesWhatWasSeenBeforeThisSnapshot(t *testing.T) {
	b, st := book(t)
	ctx := t.Context()
	if before, ok, err := b.Look(ctx, "u-1", "1-9", seen("s1", 1, "F2", "F1")); ok || err != nil {
		t.Fatalf("nothing was seen before: %+v, %v", before, err)
	}
	if _, ok, err := b.Look(ctx, "u-1", "1-9", seen("s1", 1, "F1")); ok || err != nil {
		t.Fatalf("the same snapshot is no earlier one: %v", err)
	}
	for range 3 {
		before, ok, err := b.Look(ctx, "u-1", "1-9", seen("s2", 2, "F3"))
		if err != nil || !ok || before.At.IsZero() {
			t.Fatalf("%v, %v", ok, err)
		}
		want := seen("s1", 1, "F1", "F2")
		want.At = before.At
		if diff := cmp.Diff(want, before); diff != "" {
			t.Errorf("what is new stays new all day: %s", diff)
		}
	}
	if events, _ := st.Load(ctx, seenOf("u-1", "1-9")); len(events) != 2 {
		t.Errorf("%d events for two snapshots", len(events))
	}
	if _, ok, _ := b.Look(ctx, "u-2", "1-9", seen("s2", 2)); ok {
		t.Error("another reader has seen nothing")
	}
	if _, ok, _ := b.Look(ctx, "u-1", "1-8", seen("s2", 2)); ok {
		t.Error("another provider was not seen")
	}
}

// racing tells every append that somebody was faster.
type racing struct{ store.Store }

func (racing) Append(context.Context, string, int64, ...store.NewEvent) ([]store.Event, error) {
	return nil, &store.ConflictError{Stream: "s"}
}

func TestTwoWindowsLookAtOnce(t *testing.T) {
	b := New(racing{memory.New()}, time.Now)
	if _, _, err := b.Look(t.Context(), "u-1", "1-9", seen("s1", 0)); err != nil {
		t.Errorf("the second window shows its page too: %v", err)
	}
	if _, err := b.Save(t.Context(), "u-1", "One", ""); err == nil {
		t.Error("a list that was not kept must not be said to be")
	}
}

func TestBrokenStores(t *testing.T) {
	b, st := book(t)
	ctx := t.Context()
	at := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	for _, stream := range []string{viewsOf("u-1"), seenOf("u-1", "1-9")} {
		if _, err := st.Append(ctx, stream, 0, store.NewEvent{Type: saved, At: at, Actor: "u-1", Data: []byte(`[]`)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Views(ctx, "u-1"); err == nil {
		t.Error("a record that can't be read is a list")
	}
	if err := b.Delete(ctx, "u-1", "1"); err == nil || errors.Is(err, ErrNoView) {
		t.Errorf("%v", err)
	}
	if _, _, err := b.Look(ctx, "u-1", "1-9", seen("s1", 0)); err == nil {
		t.Error("a record that can't be read was seen")
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Save(ctx, "u-2", "One", ""); err == nil {
		t.Error("a closed store keeps a list")
	}
	if _, _, err := b.Look(ctx, "u-2", "1-9", seen("s1", 0)); err == nil {
		t.Error("a closed store is read")
	}
}
