package read

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bellwether/dashboard/internal/larkshire"
)

// TestAnswersAreKeptForWhoStandsTheSame changes the database under the wall, which a snapshot never does, to see who is answered from
// what was kept and who is not.
func TestAnswersAreKeptForWhoStandsTheSame(t *testing.T) {
	db := larkshire.County(t)
	wall := behindWall(t, db)
	says := func(r Reader) (out []string) {
		t.Helper()
		s := as(t, wall, r)
		f, err := s.Frame(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := s.Flags(t.Context(), f, Everyone, FlagQuery{State: "open", Sort: "level", Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range list {
			since := "no day"
			if x.OpenedOn != nil {
				since = x.OpenedOn.Format(time.DateOnly)
				*list[i].OpenedOn = time.Time{} // as a reader that changes what it was given
			}
			out = append(out, x.ProviderID+" "+x.Sentence+" "+since)
			list[i].Sentence = "changed by whoever asked"
		}
		return out
	}
	counts := &Tally{}
	wall.wall.counts = counts
	one, both := inside("1-9000001"), inside("1-9000001", "1-9000004")
	before, wide := says(one), says(both)
	if len(before) == 0 || len(wide) <= len(before) {
		t.Fatalf("one reader is shown %q and the other %q", before, wide)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE analytics.flag SET sentence = 'Another sentence'"); err != nil {
		t.Fatal(err)
	}
	if again := says(one); !reflect.DeepEqual(again, before) {
		t.Errorf("the same question was answered with %q, then %q: nothing is kept, or a reader changed it", before, again)
	}
	if asked, kept := counts.Asked(), counts.Kept(); kept == 0 || asked <= kept {
		t.Errorf("%d questions are counted, %d of them answered from what is kept", asked, kept)
	}
	if other := says(inside("1-9000004")); len(other) != len(wide)-len(before) || !strings.Contains(other[0], "Another sentence") {
		t.Errorf("a reader who stands elsewhere is shown %q", other)
	}
	wall = behindWall(t, db)
	if got := says(one); len(got) != len(before) || !strings.Contains(got[0], "Another sentence") {
		t.Errorf("a new wall knows what an earlier one was asked: %q", got)
	}
}

// TestAKeyIsAllThatAnAnswerDependsOn: two questions that could be answered differently never share a key.
func TestAKeyIsAllThatAnAnswerDependsOn(t *testing.T) {
	s := as(t, behindWall(t, larkshire.County(t)), Reader{})
	q := question{params: []string{"a", "b"}}
	type row struct {
		Name string `col:"name"`
	}
	seen := map[answerKey]int{}
	for i, c := range []struct {
		name  string
		st    standing
		given args
	}{
		{"x", standing{}, args{"a": "1", "b": "2"}},
		{"y", standing{}, args{"a": "1", "b": "2"}},
		{"x", standing{persons: true}, args{"a": "1", "b": "2"}},
		{"x", standing{names: true}, args{"a": "1", "b": "2"}},
		{"x", standing{inside: listOf("1-1")}, args{"a": "1", "b": "2"}},
		{"x", standing{inside: listOf("1-1,1-2")}, args{"a": "1", "b": "2"}},
		{"x", standing{}, args{"a": "2", "b": "1"}},
		{"x", standing{}, args{"a": 1, "b": 2}},
		{"x", standing{}, args{"a": "1\nb string \"2\"", "b": "2"}},
		{"x", standing{}, args{"a": nil, "b": "2"}},
		{"x", standing{}, args{"a": listOf("1"), "b": "2"}},
		{"x", standing{}, args{"a": listOf("2"), "b": "2"}},
		{"x", standing{}, args{"a": time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "b": "2"}},
		{"x", standing{}, args{"a": time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), "b": "2"}},
	} {
		key, keeps := keyOf[row](s, c.name, q, c.st, c.given)
		if first, known := seen[key]; known || !keeps {
			t.Errorf("case %d has the key of case %d, or none: %v", i, first, keeps)
		}
		seen[key] = i
	}
	type shared struct {
		Known []string `col:"known"`
	}
	if _, keeps := keyOf[shared](s, "x", q, standing{}, args{"a": "1", "b": "2"}); keeps {
		t.Error("a row that shares a list with its copy is kept")
	}
	if _, keeps := keyOf[row](New(s.db, "x"), "x", q, standing{}, args{"a": "1", "b": "2"}); keeps {
		t.Error("what the program itself counts is kept")
	}
}

func TestKeptAnswersAreBounded(t *testing.T) {
	type row struct {
		N int64 `col:"n"`
	}
	a := newAnswers()
	keep(a, answerKey{question: "long"}, make([]row, mostOfAnswer))
	if len(a.all) != 0 {
		t.Error("an answer that is too long is kept")
	}
	for i := range 3 * mostKept / mostOfAnswer {
		keep(a, answerKey{question: "q", given: [32]byte{byte(i), byte(i >> 8)}}, make([]row, mostOfAnswer-1))
		if a.cells > mostKept {
			t.Fatalf("%d cells are kept", a.cells)
		}
	}
	newest := answerKey{question: "q", given: [32]byte{byte(3*mostKept/mostOfAnswer - 1)}}
	if out, err := recall(t.Context(), a, newest, func() ([]row, error) { return nil, errors.New("asked again") }); err != nil || len(out) != mostOfAnswer-1 {
		t.Errorf("the newest answer is gone: %v", err)
	}
}

// TestWhatSeveralAskAtOnceIsAskedOnce: those who come while a question is being asked wait for its answer, have copies of their own, are
// told of its failure, and ask anew where whoever asked has gone away.
func TestWhatSeveralAskAtOnceIsAskedOnce(t *testing.T) {
	type row struct {
		N *int64 `col:"n"`
	}
	const readers = 8
	type outcome struct {
		out []row
		err error
	}
	// together lets one reader ask, and lets the others come before it is answered.
	together := func(a *answers, ctx context.Context, first func() ([]row, error)) (asked int64, all []outcome) {
		var n atomic.Int64
		began, answer, results := make(chan struct{}), make(chan struct{}), make(chan outcome, readers)
		ask := func(ctx context.Context, how func() ([]row, error)) {
			out, err := recall(ctx, a, answerKey{question: "q"}, how)
			results <- outcome{out, err}
		}
		one := int64(1)
		again := func() ([]row, error) { n.Add(1); return []row{{&one}}, nil }
		go ask(ctx, func() ([]row, error) {
			n.Add(1)
			close(began)
			<-answer
			return first()
		})
		<-began
		for range readers - 1 {
			go ask(context.Background(), again)
		}
		close(answer)
		for range readers {
			all = append(all, <-results)
		}
		return n.Load(), all
	}
	two := int64(2)
	asked, all := together(newAnswers(), t.Context(), func() ([]row, error) { return []row{{&two}}, nil })
	if asked != 1 {
		t.Errorf("the question was asked %d times", asked)
	}
	seen := map[*int64]bool{}
	for _, o := range all {
		if o.err != nil || len(o.out) != 1 || *o.out[0].N != 2 || seen[o.out[0].N] {
			t.Fatalf("%v, %v: no answer, or one shared with another reader", o.out, o.err)
		}
		seen[o.out[0].N] = true
	}
	gone, leave := context.WithCancel(t.Context())
	asked, all = together(newAnswers(), gone, func() ([]row, error) { leave(); return nil, gone.Err() })
	failed := 0
	for _, o := range all {
		if o.err != nil {
			failed++
		}
	}
	if failed != 1 || asked != 2 {
		t.Errorf("one reader went away: %d were answered with an error, and the question was asked %d times", failed, asked)
	}
}
