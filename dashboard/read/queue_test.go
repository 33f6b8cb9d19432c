package read

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/casework/review"
	"bellwether/casework/store/memory"
	"bellwether/dashboard/internal/larkshire"
)

// TestTheQueueAsksForNoMoreThanItHolds: what is made of the flags that the queue asks for is what is made of every flag there ever was,
// before anybody reviewed, once reviewing began, and where somebody acted on a flag that had cleared long before.
func TestTheQueueAsksForNoMoreThanItHolds(t *testing.T) {
	db := larkshire.County(t)
	for _, change := range []string{
		"UPDATE analytics.flag SET state = 'cleared', cleared_on = DATE '2026-06-01' WHERE flag_id IN ('F2b3c4d5e6f70819', 'F3c4d5e6f7081920')",
		"UPDATE analytics.flag SET state = 'cleared', cleared_on = DATE '2026-09-20' WHERE flag_id = 'F6f7081920314253'",
	} {
		if _, err := db.ExecContext(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	s := New(db, larkshire.ID)
	f, err := s.Frame(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	every, err := s.QueueFlags(t.Context(), Everyone, time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 9, 10, 9, 0, 0, 0, time.UTC)
	desk, err := review.NewDesk(memory.New(), func() time.Time { return now }, review.Options{})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	same := func(when string) {
		t.Helper()
		reviews, err := desk.Reviews(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want, err := desk.Queue(t.Context(), ReviewFlags(every, f.Sources, reviews), true)
		if err != nil {
			t.Fatal(err)
		}
		flags, got, err := s.Review(t.Context(), desk, Everyone, f.Sources)
		if err != nil {
			t.Fatal(err)
		}
		asked = len(flags)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(review.Item{})); diff != "" {
			t.Errorf("%s (-of every flag +of those asked for):\n%s", when, diff)
		}
	}
	same("before anybody reviewed")
	if asked >= len(every)-2 {
		t.Errorf("%d of %d flags were asked for: those that cleared unseen are among them", asked, len(every))
	}
	if err := desk.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	now = now.AddDate(0, 0, 21)
	same("once reviewing began")
	if asked != len(every)-2 {
		t.Errorf("%d of %d flags were asked for, and one of three cleared ones cleared since", asked, len(every))
	}
	cleared := ReviewFlags(every, f.Sources, nil)[1]
	if cleared.ID != "F2b3c4d5e6f70819" {
		t.Fatalf("the second flag is %s", cleared.ID)
	}
	if _, err := desk.Disagree(t.Context(), review.Act{By: "someone", Item: review.Item{Flag: cleared, State: review.New}}, review.Doubts[0], "It was another home."); err != nil {
		t.Fatal(err)
	}
	same("with one that cleared long ago and was taken up")
	if asked != len(every)-1 {
		t.Errorf("%d of %d flags were asked for: the one that somebody acted on is missing", asked, len(every))
	}
	// To a reader without limits from whom one provider is hidden, what was decided about it is not there either: it is neither in the
	// queue nor told as a flag that the rules no longer raise.
	_, items, err := s.Review(t.Context(), desk, AllOf([]string{"1-9000002", "1-9000003"}), f.Sources)
	if err != nil || len(items) == 0 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	for _, i := range items {
		if i.Flag.ProviderID == "1-9000001" {
			t.Errorf("a hidden provider is in the queue: %+v", i.Flag)
		}
	}
}
