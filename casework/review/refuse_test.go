package review

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bellwether/casework/store"
)

func TestTwoDecideAtOnce(t *testing.T) {
	w := newWorld(t)
	w.flag("f1")
	w.must(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ada", ""))
	ada, ben := w.act("f1"), w.act("f1")
	ben.By = "u-ben"
	w.must(w.service.Decide(w.ctx, ada, Visit, "Visit on Monday.", d("16 Mar 2026")))
	_, err := w.service.Decide(w.ctx, ben, NoAction, "Nothing to see here.", d("16 Mar 2026"))
	var conflict *store.ConflictError
	if !errors.As(err, &conflict) || conflict.Expected != 1 || conflict.Actual != 2 || len(conflict.Since) != 1 ||
		conflict.Since[0].Actor != "u-ada" || !strings.Contains(string(conflict.Since[0].Data), "Visit on Monday.") {
		t.Fatalf("the second decision = %v", err)
	}
	if got := w.item("f1").Review.Decision.Outcome; got != Visit {
		t.Errorf("what stands is %s", got)
	}
}

func TestIllegalSteps(t *testing.T) {
	w := newWorld(t)
	w.flag("f1")
	w.flag("held", func(f *Flag) { f.HeldBack = "its source has sent nothing since 2 Feb 2026" })
	for name, tt := range map[string]struct {
		try  func() (Review, error)
		want string
	}{
		"note on new":     {func() (Review, error) { return w.service.Note(w.ctx, w.act("f1"), "a note") }, "cannot note an item that is new: only an item that somebody has taken up"},
		"release new":     {func() (Review, error) { return w.service.Release(w.ctx, w.act("f1"), "a reason") }, "cannot release"},
		"close open flag": {func() (Review, error) { return w.service.Close(w.ctx, w.act("f1"), "a reason") }, "once its flag has cleared"},
		"reopen new":      {func() (Review, error) { return w.service.Reopen(w.ctx, w.act("f1"), "a reason") }, "only a closed item"},
		"decide held back": {func() (Review, error) {
			return w.service.Decide(w.ctx, w.act("held"), Visit, "a reason", d("9 Mar 2026"))
		}, "held back: its source"},
	} {
		_, err := tt.try()
		var step *StepError
		if !errors.As(err, &step) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s = %v, want %q", name, err, tt.want)
		}
	}
	if n := len(w.reviews()); n != 0 {
		t.Errorf("%d reviews came out of refused steps", n)
	}
}

func TestBadInput(t *testing.T) {
	w := newWorld(t)
	w.flag("f1")
	s, day := w.service, d("9 Mar 2026")
	long := strings.Repeat("x", MaxText+1)
	for name, tt := range map[string]struct {
		try   func(a Act) (Review, error)
		field string
	}{
		"no owner":              {func(a Act) (Review, error) { return s.Acknowledge(w.ctx, a, "", "") }, "owner"},
		"own deputy":            {func(a Act) (Review, error) { return s.Acknowledge(w.ctx, a, "u", "u") }, "deputy"},
		"empty note":            {func(a Act) (Review, error) { return s.Note(w.ctx, a, "  ") }, "note"},
		"unknown outcome":       {func(a Act) (Review, error) { return s.Decide(w.ctx, a, "burn", "reason", day) }, "outcome"},
		"no reason":             {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, " \n", day) }, "reason"},
		"long reason":           {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, long, day) }, "reason"},
		"unreadable reason":     {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, "a\xff\xfe reason", day) }, "reason"},
		"no review date":        {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, "reason", time.Time{}) }, "next_review"},
		"review today":          {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, "reason", d("2 Mar 2026")) }, "next_review"},
		"review in two years":   {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, "reason", d("2 Mar 2028")) }, "next_review"},
		"unknown condition":     {func(a Act) (Review, error) { return s.Park(w.ctx, a, "whenever", day, "reason") }, "condition"},
		"parked without end":    {func(a Act) (Review, error) { return s.Park(w.ctx, a, LevelRises, time.Time{}, "reason") }, "until"},
		"parked too long":       {func(a Act) (Review, error) { return s.Park(w.ctx, a, LevelRises, d("2 Dec 2026"), "reason") }, "until"},
		"parked without reason": {func(a Act) (Review, error) { return s.Park(w.ctx, a, LevelRises, day, "") }, "reason"},
		"unknown doubt":         {func(a Act) (Review, error) { return s.Disagree(w.ctx, a, "mood", "reason") }, "doubt"},
		"doubt without reason":  {func(a Act) (Review, error) { return s.Disagree(w.ctx, a, DataError, "") }, "reason"},
		"released silently":     {func(a Act) (Review, error) { return s.Release(w.ctx, a, "") }, "reason"},
		"closed silently":       {func(a Act) (Review, error) { return s.Close(w.ctx, a, "") }, "reason"},
		"reopened silently":     {func(a Act) (Review, error) { return s.Reopen(w.ctx, a, "") }, "reason"},
		"no item":               {func(Act) (Review, error) { return s.Acknowledge(w.ctx, Act{By: "u"}, "u", "") }, "flag"},
	} {
		_, err := tt.try(w.act("f1"))
		var input *InputError
		if !errors.As(err, &input) || input.Field != tt.field {
			t.Errorf("%s = %v, want an error on %s", name, err, tt.field)
		}
	}
	if _, err := NewService(nil, nil); err == nil {
		t.Error("a service without a store")
	}
}

func TestFoldRefuses(t *testing.T) {
	good := store.Event{Position: 7, Stream: "review/f1", Version: 1, Type: noted, At: d("2 Mar 2026"), Actor: "u", Data: []byte(`{"seen":{}}`)}
	for name, change := range map[string]func(*store.Event){
		"an unknown type":  func(e *store.Event) { e.Type = "review.dreamt" },
		"an unknown field": func(e *store.Event) { e.Data = []byte(`{"seen":{},"mood":"bad"}`) },
		"a gap":            func(e *store.Event) { e.Version = 3 },
		"not an event":     func(e *store.Event) { e.Data = []byte(`[]`) },
	} {
		e := good
		change(&e)
		if _, err := Fold(Review{}, e); err == nil || !strings.Contains(err.Error(), "event 7") {
			t.Errorf("%s = %v", name, err)
		}
		if _, err := FoldAll([]store.Event{e}); err == nil {
			t.Errorf("FoldAll takes %s", name)
		}
	}
	other := good
	other.Stream, other.Data = "case/1", []byte(`"of another package"`)
	if all, err := FoldAll([]store.Event{other, good}); err != nil || len(all) != 1 {
		t.Errorf("FoldAll() = %v, %v", all, err)
	}
}
