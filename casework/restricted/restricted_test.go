package restricted

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bellwether/casework/store/memory"
	"bellwether/internal/access"
)

// desk is a book with a clock that the tests set.
type desk struct {
	*Book
	t     testing.TB
	store *memory.Store
	at    time.Time
	ctx   context.Context
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, store: memory.New(), at: time.Date(2026, 3, 12, 16, 0, 0, 0, time.UTC), ctx: context.Background()} // a Thursday
	var err error
	if d.Book, err = NewBook(d.ctx, d.store, func() time.Time { return d.at }); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) open(kind, caseID string) Restriction {
	d.t.Helper()
	r, err := d.Open(d.ctx, Opening{By: "ada", With: "ben", Kind: kind, CaseID: caseID, Ground: "asked by the police lead"})
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func subject(id string) access.Subject {
	return access.Subject{UserID: id, Roles: []string{"safeguarding_officer"}}
}

func TestExistenceIsHiddenFromEverybodyNotNamed(t *testing.T) {
	for _, kind := range Kinds {
		t.Run(kind, func(t *testing.T) {
			d := newDesk(t)
			if !d.Visible(subject("eve"), "c1") {
				t.Error("a case is hidden before anything restricts it")
			}
			r := d.open(kind, "c1")
			for user, want := range map[string]bool{"ada": true, "ben": true, "eve": false, "": false} {
				if got := d.Visible(subject(user), "c1"); got != want {
					t.Errorf("%q may know: %v", user, got)
				}
			}
			if !d.Visible(subject("eve"), "c2") {
				t.Error("another case of the provider is hidden too")
			}
			if got := d.Known("eve"); len(got) != 0 {
				t.Errorf("a stranger is told of %v", got)
			}
			if !d.Restricted("c1") || d.Restricted("c2") || d.Counts()[kind] != 1 {
				t.Errorf("counts %v", d.Counts())
			}
			// For somebody not named every step looks as if there were nothing.
			for name, err := range map[string]error{
				"propose": d.Propose(d.ctx, r.ID, "eve", "eve", time.Time{}, "I want to see it"), "confirm": d.Confirm(d.ctx, r.ID, "eve"),
				"withdraw": d.Withdraw(d.ctx, r.ID, "eve"), "remove": d.Remove(d.ctx, r.ID, "eve", "ada"), "review": d.Review(d.ctx, r.ID, "eve", "looks fine"),
				"absent": d.Confirm(d.ctx, "0123456789abcdef", "eve"),
			} {
				if !errors.Is(err, ErrUnknown) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

func TestLettingInTakesTwo(t *testing.T) {
	d := newDesk(t)
	r := d.open(access.CourtRestriction, "c1")
	d.must(d.Propose(d.ctx, r.ID, "ada", "cat", d.at.Add(48*time.Hour), "leads the enquiry"))
	if d.Visible(subject("cat"), "c1") {
		t.Error("proposed is let in")
	}
	var says *InputError
	if err := d.Confirm(d.ctx, r.ID, "ada"); !errors.As(err, &says) {
		t.Errorf("the same person confirms: %v", err)
	}
	if err := d.Propose(d.ctx, r.ID, "ben", "dan", time.Time{}, "another at once"); !errors.As(err, &says) {
		t.Errorf("a second proposal: %v", err)
	}
	d.must(d.Confirm(d.ctx, r.ID, "ben"))
	if !d.Visible(subject("cat"), "c1") {
		t.Error("confirmed is not let in")
	}
	d.at = d.at.Add(48 * time.Hour)
	if d.Visible(subject("cat"), "c1") {
		t.Error("the entry does not end")
	}
	d.must(d.Propose(d.ctx, r.ID, "ben", "cat", time.Time{}, "is still needed"))
	d.must(d.Withdraw(d.ctx, r.ID, "ada"))
	if err := d.Confirm(d.ctx, r.ID, "ada"); !errors.As(err, &says) {
		t.Errorf("a proposal that was taken back: %v", err)
	}
}

func TestTwoStayNamedAndTheOwnerWithThem(t *testing.T) {
	d := newDesk(t)
	r := d.open(access.ComplicitRestriction, "c1")
	var says *InputError
	for _, user := range []string{"ada", "ben", "nobody"} {
		if err := d.Remove(d.ctx, r.ID, "ben", user); !errors.As(err, &says) {
			t.Errorf("%s is removed: %v", user, err)
		}
	}
	d.must(d.Propose(d.ctx, r.ID, "ada", "cat", time.Time{}, "leads the enquiry"))
	d.must(d.Confirm(d.ctx, r.ID, "ben"))
	d.must(d.Remove(d.ctx, r.ID, "ada", "ben"))
	if d.Visible(subject("ben"), "c1") || !d.Visible(subject("cat"), "c1") {
		t.Error("the list is not as it was made")
	}
	if err := d.Remove(d.ctx, r.ID, "cat", "ada"); !errors.As(err, &says) {
		t.Errorf("the owner is removed: %v", err)
	}
}

func TestLiftingTakesTwoAndReviewIsDue(t *testing.T) {
	d := newDesk(t)
	r := d.open(access.PoliceRestriction, "c1")
	if got := r.ReviewDue().Format(time.DateOnly); got != "2026-04-09" {
		t.Errorf("review due %s", got)
	}
	d.at = d.at.AddDate(0, 0, 29)
	if d.Overdue() != 1 {
		t.Error("nobody notices the missed review")
	}
	d.must(d.Review(d.ctx, r.ID, "ben", "the police still ask for it"))
	if d.Overdue() != 0 {
		t.Error("a review does not count")
	}
	d.must(d.Propose(d.ctx, r.ID, "ben", "", time.Time{}, "the trial has ended"))
	if d.Visible(subject("eve"), "c1") {
		t.Error("lifted by one")
	}
	d.must(d.Confirm(d.ctx, r.ID, "ada"))
	if !d.Visible(subject("eve"), "c1") || d.Counts()[access.PoliceRestriction] != 0 || len(d.Known("ada")) != 0 {
		t.Error("lifted by two, still in force")
	}
}

func TestOpeningIsChecked(t *testing.T) {
	d := newDesk(t)
	good := Opening{By: "ada", With: "ben", Kind: access.CourtRestriction, CaseID: "c1", Ground: "an order of the court"}
	for name, spoil := range map[string]func(*Opening){
		"alone": func(o *Opening) { o.With = "" }, "with oneself": func(o *Opening) { o.With = "ada" }, "no kind": func(o *Opening) { o.Kind = "secret" },
		"nothing": func(o *Opening) { o.CaseID = "" }, "no ground": func(o *Opening) { o.Ground = " x " },
	} {
		o := good
		spoil(&o)
		var says *InputError
		if _, err := d.Open(d.ctx, o); !errors.As(err, &says) || says.Says == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewBook(d.ctx, nil, nil); err == nil {
		t.Error("a book without a store")
	}
}

func TestWhereRestrictionsMeetOnlyThoseInBothMayKnow(t *testing.T) {
	d := newDesk(t)
	d.open(access.CourtRestriction, "c1")
	if _, err := d.Open(d.ctx, Opening{By: "ben", With: "cat", Kind: access.PoliceRestriction, CaseID: "c1", Ground: "police lead asks"}); err != nil {
		t.Fatal(err)
	}
	r, err := d.About(d.ctx, access.Resource{CaseID: "c1"})
	if err != nil || r.Restricted != access.PoliceRestriction || !slices.Equal(r.Named, []string{"ben"}) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestAnotherProcessIsFollowed(t *testing.T) {
	d := newDesk(t)
	other, err := NewBook(d.ctx, d.store, func() time.Time { return d.at })
	if err != nil {
		t.Fatal(err)
	}
	d.open(access.CourtRestriction, "c1")
	d.must(other.Refresh(d.ctx))
	if other.Visible(subject("eve"), "c1") {
		t.Error("the other process does not know")
	}
	d.must(d.store.Close())
	if err := other.Refresh(d.ctx); err == nil {
		t.Error("a store that can't be read is taken for one without restrictions")
	}
}

// TestNobodySlipsIn plays random steps of random people and asks after each that nobody knows whom two others did not let in.
func TestNobodySlipsIn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t)
		r := d.open(access.ComplicitRestriction, "c1")
		letIn := map[string]bool{"ada": true, "ben": true}
		people := []string{"ada", "ben", "cat", "dan", "eve"}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			by, whom := rapid.SampledFrom(people).Draw(rt, "by"), rapid.SampledFrom(people).Draw(rt, "whom")
			waits := d.all[r.ID].Proposal
			switch rapid.IntRange(0, 4).Draw(rt, "step") {
			case 0:
				_ = d.Propose(d.ctx, r.ID, by, whom, time.Time{}, "a good reason")
			case 1:
				if d.Confirm(d.ctx, r.ID, by) == nil {
					if waits.By == by || !letIn[by] || !letIn[waits.By] && waits.By != "ada" {
						rt.Fatalf("%s confirmed what %s proposed", by, waits.By)
					}
					letIn[waits.Add.User] = true
				}
			case 2:
				_ = d.Withdraw(d.ctx, r.ID, by)
			case 3:
				if d.Remove(d.ctx, r.ID, by, whom) == nil {
					letIn[whom] = false
				}
			case 4:
				_ = d.Review(d.ctx, r.ID, by, "still needed")
			}
			named := 0
			for _, p := range people {
				if got := d.Visible(subject(p), "c1"); got != letIn[p] {
					rt.Fatalf("%s may know: %v", p, got)
				} else if got {
					named++
				}
			}
			if named < 2 || !letIn["ada"] {
				rt.Fatalf("%d people are left", named)
			}
		}
	})
}
