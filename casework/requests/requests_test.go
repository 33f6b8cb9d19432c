package requests

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bellwether/casework/store/memory"
	"bellwether/casework/workdays"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func newBook(t testing.TB) (*Book, *memory.Store, *time.Time) {
	t.Helper()
	st, now := memory.New(), day(2026, 9, 16)
	b, err := NewBook(t.Context(), st, func() time.Time { return now }, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b, st, &now
}

func says(err error) bool {
	var input *InputError
	return errors.As(err, &input) && input.Says != "" && input.Error() == input.Says
}

func TestTheDayForAnAnswer(t *testing.T) {
	for _, c := range []struct {
		kind           Kind
		received, want time.Time
		why            string
	}{
		{FOI, day(2026, 9, 14), day(2026, 10, 12), "four weeks without a holiday"},
		{FOI, day(2026, 12, 18), day(2027, 1, 20), "Christmas, Boxing Day on the Monday after, and New Year's Day"},
		{FOI, day(2026, 9, 12), day(2026, 10, 9), "received on a Saturday"},
		{SubjectAccess, day(2026, 9, 14), day(2026, 10, 14), "the same day of the next month"},
		{SubjectAccess, day(2026, 1, 31), day(2026, 3, 2), "the last of February, a Saturday, moves on to the Monday"},
		{SubjectAccess, day(2026, 11, 25), day(2026, 12, 29), "Christmas Day moves on past Boxing Day's substitute"},
	} {
		if got := due(c.kind, c.received, workdays.New(nil)); !got.Equal(c.want) {
			t.Errorf("%s received %s is due %s, want %s: %s", c.kind, c.received.Format(time.DateOnly), got.Format(time.DateOnly), c.want.Format(time.DateOnly), c.why)
		}
	}
}

func TestInformationLeavesAfterASecondPerson(t *testing.T) {
	b, st, now := newBook(t)
	ctx := t.Context()
	r, err := b.Log(ctx, "gil", FOI, day(2026, 9, 14), "concerns by area")
	if err != nil || r.State() != "open" {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := b.Sign(ctx, FOI, r.ID, "ada"); !says(err) {
		t.Errorf("signed before it was made: %v", err)
	}
	if r, err = b.Built(ctx, FOI, r.ID, "gil", "h1"); err != nil || r.State() != "built" {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := b.Sign(ctx, FOI, r.ID, "gil"); !says(err) {
		t.Errorf("signed by its maker: %v", err)
	}
	if _, err := b.Answered(ctx, FOI, r.ID, "gil"); !says(err) {
		t.Errorf("left without a signature: %v", err)
	}
	if r, err = b.Sign(ctx, FOI, r.ID, "ada"); err != nil || r.State() != "signed" {
		t.Fatalf("%+v %v", r, err)
	}
	// Made anew, it is signed off anew.
	if r, err = b.Built(ctx, FOI, r.ID, "gil", "h2"); err != nil || r.State() != "built" || r.Hash != "h2" {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err = b.Sign(ctx, FOI, r.ID, "ada"); err != nil {
		t.Fatal(err)
	}
	*now = day(2026, 10, 13)
	if r, _ = b.Find(FOI, r.ID); !r.Overdue(*now) {
		t.Error("not overdue the day after it was due")
	}
	if r, err = b.Answered(ctx, FOI, r.ID, "gil"); err != nil || r.State() != "answered" || r.Overdue(*now) {
		t.Fatalf("%+v %v", r, err)
	}
	for name, err := range map[string]error{
		"made again":     second(b.Built(ctx, FOI, r.ID, "gil", "h3")),
		"signed again":   second(b.Sign(ctx, FOI, r.ID, "ivy")),
		"answered again": second(b.Answered(ctx, FOI, r.ID, "gil")),
	} {
		if !says(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := b.Find(SubjectAccess, r.ID); !errors.Is(err, ErrUnknown) {
		t.Errorf("found as another kind: %v", err)
	}
	again, err := NewBook(ctx, st, time.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := again.Find(FOI, r.ID); got != r {
		t.Errorf("read again: %+v", got)
	}
}

func second(_ Request, err error) error { return err }

func TestAPersonIsAnsweredOnceAndAfterACheck(t *testing.T) {
	b, _, _ := newBook(t)
	ctx := t.Context()
	r, err := b.Log(ctx, "gil", SubjectAccess, day(2026, 9, 14), "by letter")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Built(ctx, SubjectAccess, r.ID, "gil", ""); !says(err) {
		t.Errorf("made before a check: %v", err)
	}
	if _, err := b.Sign(ctx, SubjectAccess, r.ID, "gil"); !says(err) {
		t.Errorf("checked by the one who logged it: %v", err)
	}
	if _, err := b.Sign(ctx, SubjectAccess, r.ID, "ivy"); err != nil {
		t.Fatal(err)
	}
	if err := b.NotBuilt(ctx, r.ID, "gil"); !says(err) {
		t.Errorf("given back before it was begun: %v", err)
	}
	if r, err = b.Built(ctx, SubjectAccess, r.ID, "gil", ""); err != nil || r.State() != "built" {
		t.Fatalf("%+v %v", r, err)
	}
	if err := b.NotBuilt(ctx, r.ID, "ivy"); !says(err) {
		t.Errorf("given back by somebody else: %v", err)
	}
	if err := b.NotBuilt(ctx, r.ID, "gil"); err != nil {
		t.Fatal(err)
	}
	if r, _ = b.Find(SubjectAccess, r.ID); r.State() != "signed" {
		t.Errorf("given back it is %+v", r)
	}
	if r, err = b.Built(ctx, SubjectAccess, r.ID, "gil", ""); err != nil || r.State() != "built" {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := b.Built(ctx, SubjectAccess, r.ID, "gil", ""); !says(err) {
		t.Errorf("made twice: %v", err)
	}
	if r, err = b.Answered(ctx, SubjectAccess, r.ID, "gil"); err != nil || r.State() != "answered" {
		t.Fatalf("%+v %v", r, err)
	}
	if err := b.NotBuilt(ctx, r.ID, "gil"); !says(err) {
		t.Errorf("given back after it was answered: %v", err)
	}
}

func TestWhatIsEnteredIsChecked(t *testing.T) {
	b, _, now := newBook(t)
	for name, c := range map[string]struct {
		kind     Kind
		received time.Time
		words    string
	}{
		"another law":  {"eir", *now, "about rates"},
		"no day":       {FOI, time.Time{}, "about rates"},
		"tomorrow":     {FOI, now.AddDate(0, 0, 1), "about rates"},
		"no words":     {FOI, *now, "  "},
		"broken words": {FOI, *now, "about \xff rates"},
	} {
		if _, err := b.Log(t.Context(), "gil", c.kind, c.received, c.words); !says(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := b.Log(t.Context(), "", FOI, *now, "about rates"); !says(err) {
		t.Errorf("nobody logs: %v", err)
	}
	if _, err := NewBook(t.Context(), nil, nil, nil); err == nil {
		t.Error("a book without a store")
	}
}

// TestNothingLeavesUnsigned tries steps in any order: an answer has always been made and seen by two people.
func TestNothingLeavesUnsigned(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, _, _ := newBook(t)
		kind := rapid.SampledFrom([]Kind{FOI, SubjectAccess}).Draw(rt, "kind")
		r, err := b.Log(t.Context(), "gil", kind, day(2026, 9, 14), "about rates")
		if err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			who := rapid.SampledFrom([]string{"gil", "ada", "ivy"}).Draw(rt, "who")
			switch rapid.IntRange(0, 2).Draw(rt, "step") {
			case 0:
				_, _ = b.Built(t.Context(), kind, r.ID, who, "h")
			case 1:
				_, _ = b.Sign(t.Context(), kind, r.ID, who)
			case 2:
				_, _ = b.Answered(t.Context(), kind, r.ID, who)
			}
			now, err := b.Find(kind, r.ID)
			if err != nil {
				rt.Fatal(err)
			}
			first := now.By
			if kind == FOI {
				first = now.BuiltBy
			}
			if !now.AnsweredAt.IsZero() && (now.SignedAt.IsZero() || now.BuiltAt.IsZero() || now.SignedBy == first) {
				rt.Fatalf("answered without two people: %+v", now)
			}
		}
	})
}
