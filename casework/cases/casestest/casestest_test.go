package casestest

import (
	"testing"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/casework/store"
	"bellwether/casework/store/memory"
)

// TestWhatIsFilledInIsRead: the cases fold, have as many events as asked, and have something due, overdue and at high risk.
func TestWhatIsFilledInIsRead(t *testing.T) {
	today := time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	kept := memory.New()
	if err := Fill(t.Context(), kept, 201, 100, today); err != nil {
		t.Fatal(err)
	}
	joined, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	desk, err := cases.NewDesk(kept, func() time.Time { return today }, joined)
	if err != nil {
		t.Fatal(err)
	}
	all, err := desk.Standings(t.Context())
	if err != nil || len(all) != 201 {
		t.Fatalf("%d cases, %v", len(all), err)
	}
	overdue, over, high, ended := 0, 0, 0, 0
	for _, s := range all {
		if s.Case.Version != 100 {
			t.Fatalf("a case of %d events", s.Case.Version)
		}
		if overdue += s.Overdue; s.Over {
			over++
		}
		if s.Risk.High {
			high++
		}
		if s.Ended {
			ended++
		}
	}
	if overdue == 0 || over == 0 || high == 0 || ended == 0 {
		t.Errorf("%d overdue, %d over, %d high, %d ended: the measurement would be of nothing", overdue, over, high, ended)
	}
	n := 0
	if err := kept.Replay(t.Context(), 0, func(store.Event) error { n++; return nil }); err != nil || n != 20100 {
		t.Errorf("%d events, %v", n, err)
	}
}
