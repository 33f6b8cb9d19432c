package relink

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bellwether/casework/store"
	"bellwether/casework/store/memory"
)

type desk struct {
	*Book
	t   testing.TB
	st  *memory.Store
	at  time.Time
	ctx context.Context
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, st: memory.New(), at: time.Date(2026, 3, 12, 16, 0, 0, 0, time.UTC), ctx: context.Background()}
	var err error
	if d.Book, err = NewBook(d.ctx, d.st, func() time.Time { return d.at }); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) ask() Request {
	d.t.Helper()
	r, err := d.Ask(d.ctx, "ada", "c1", "1-9000001", "provider_stops", "the home closes on Friday")
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func says(err error) bool {
	var input *InputError
	return errors.As(err, &input) && input.Says != "" && input.Error() == input.Says
}

func TestTwoPeopleOneListOneHour(t *testing.T) {
	d := newDesk(t)
	r := d.ask()
	if r.State(d.at) != "waits" || r.CaseID != "c1" || r.By != "ada" || r.Words == "" {
		t.Fatalf("asked: %+v", r)
	}
	if _, err := d.Use(d.ctx, r.ID, "ada"); !says(err) {
		t.Errorf("used before a second person: %v", err)
	}
	if _, err := d.Confirm(d.ctx, r.ID, "ada"); !says(err) {
		t.Errorf("confirmed by the one who asked: %v", err)
	}
	r, err := d.Confirm(d.ctx, r.ID, "ben")
	if err != nil || r.State(d.at) != "ready" || r.ConfirmedBy != "ben" {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := d.Confirm(d.ctx, r.ID, "cat"); !says(err) {
		t.Errorf("confirmed twice: %v", err)
	}
	if _, err := d.Use(d.ctx, r.ID, "eve"); !errors.Is(err, ErrUnknown) {
		t.Errorf("used by a third person: %v", err)
	}
	d.at = d.at.Add(UseWithin - time.Second)
	r, err = d.Use(d.ctx, r.ID, "ben")
	if err != nil || r.State(d.at) != "used" || r.UsedBy != "ben" {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := d.Use(d.ctx, r.ID, "ada"); !says(err) {
		t.Errorf("used twice: %v", err)
	}
	if err := d.Withdraw(d.ctx, r.ID, "ada"); !says(err) {
		t.Errorf("taken back after use: %v", err)
	}
}

func TestRequestsLapse(t *testing.T) {
	d := newDesk(t)
	waits, ready := d.ask(), d.ask()
	if _, err := d.Confirm(d.ctx, ready.ID, "ben"); err != nil {
		t.Fatal(err)
	}
	d.at = d.at.Add(UseWithin)
	if _, err := d.Use(d.ctx, ready.ID, "ada"); !says(err) {
		t.Errorf("used after its hour: %v", err)
	}
	d.at = d.at.Add(ConfirmWithin)
	if _, err := d.Confirm(d.ctx, waits.ID, "ben"); !says(err) {
		t.Errorf("confirmed after a day: %v", err)
	}
	back := d.ask()
	if err := d.Withdraw(d.ctx, back.ID, "eve"); !errors.Is(err, ErrUnknown) {
		t.Errorf("taken back by a stranger: %v", err)
	}
	if err := d.Withdraw(d.ctx, back.ID, "ada"); err != nil {
		t.Fatal(err)
	}
	if r, _ := d.Find(back.ID); r.State(d.at) != "withdrawn" {
		t.Errorf("%+v", r)
	}
	if list := d.List(); len(list) != 3 || list[0].ID != back.ID {
		t.Errorf("listed as %+v", list)
	}
}

func TestAskingIsChecked(t *testing.T) {
	d := newDesk(t)
	for name, in := range map[string][5]string{
		"nobody": {"", "c1", "p", "provider_stops", "a good reason"}, "no case": {"ada", "", "p", "provider_stops", "a good reason"},
		"no provider": {"ada", "c1", "", "provider_stops", "a good reason"}, "no code": {"ada", "c1", "p", "curious", "a good reason"},
		"no words": {"ada", "c1", "p", "provider_stops", " x "},
	} {
		if _, err := d.Ask(d.ctx, in[0], in[1], in[2], in[3], in[4]); !says(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, id := range []string{"", "0123456789abcdef"} {
		_, confirm := d.Confirm(d.ctx, id, "ben")
		_, use := d.Use(d.ctx, id, "ben")
		for _, err := range []error{confirm, use, d.Withdraw(d.ctx, id, "ben")} {
			if !errors.Is(err, ErrUnknown) {
				t.Errorf("%q: %v", id, err)
			}
		}
	}
	if _, err := NewBook(d.ctx, nil, nil); err == nil {
		t.Error("a book without a store")
	}
}

func TestAnotherProcessIsFollowedAndDamageIsNoticed(t *testing.T) {
	d := newDesk(t)
	other, err := NewBook(d.ctx, d.st, d.Now)
	if err != nil {
		t.Fatal(err)
	}
	r := d.ask()
	if err := other.Refresh(d.ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Confirm(d.ctx, r.ID, "ben"); err != nil {
		t.Fatal(err)
	}
	for _, e := range []store.NewEvent{{Type: "relink.what", At: d.at, Actor: "x", Data: json.RawMessage(`{}`)}, {Type: asked, At: d.at, Actor: "x", Data: json.RawMessage(`[]`)}} {
		st := memory.New()
		if _, err := st.Append(d.ctx, streamPrefix+"a", 0, e); err != nil {
			t.Fatal(err)
		}
		if _, err := NewBook(d.ctx, st, d.Now); err == nil {
			t.Errorf("%s is taken in", e.Type)
		}
	}
}

// TestNobodyMakesAListAlone plays random steps and holds every list that was made to its two people.
func TestNobodyMakesAListAlone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t)
		people := []string{"ada", "ben", "cat"}
		var ids []string
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			by := rapid.SampledFrom(people).Draw(rt, "by")
			d.at = d.at.Add(time.Duration(rapid.IntRange(0, 90).Draw(rt, "minutes")) * time.Minute)
			if len(ids) == 0 || rapid.IntRange(0, 4).Draw(rt, "step") == 0 {
				r, err := d.Ask(d.ctx, by, "c1", "p", "protect_people", "people must move")
				if err != nil {
					rt.Fatal(err)
				}
				ids = append(ids, r.ID)
				continue
			}
			id := rapid.SampledFrom(ids).Draw(rt, "id")
			switch rapid.IntRange(0, 2).Draw(rt, "which") {
			case 0:
				_, _ = d.Confirm(d.ctx, id, by)
			case 1:
				if r, err := d.Use(d.ctx, id, by); err == nil && (r.By == r.ConfirmedBy || r.ConfirmedBy == "" || r.UsedAt.Sub(r.ConfirmedAt) >= UseWithin) {
					rt.Fatalf("a list was made by %+v", r)
				}
			case 2:
				_ = d.Withdraw(d.ctx, id, by)
			}
		}
	})
}
