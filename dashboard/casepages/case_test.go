package casepages

import (
	"cmp"
	"container/heap"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bellwether/casework/cases"
)

func TestReadCell(t *testing.T) {
	register, _ := cases.Find("actions")
	due, _ := register.Field("due_on")
	filed, _ := register.Field("filed")
	for _, tc := range []struct {
		field      cases.Field
		cell, want string
		wrong      bool
	}{{due, "2026-03-14", "2026-03-14", false}, {due, "14/03/2026", "2026-03-14", false}, {due, "14 Mar 2026", "2026-03-14", false}, {due, "14 March 2026", "2026-03-14", false}, {due, "", "", false},
		{due, "03/14/2026", "", true}, {filed, "YES", "yes", false}, {filed, "No", "no", false}, {filed, "maybe", "", true}} {
		got, err := readCell(tc.field, tc.cell)
		if got != tc.want || (err != nil) != tc.wrong {
			t.Errorf("%s %q: %q, %v", tc.field.ID, tc.cell, got, err)
		}
	}
}

// TestTheFrontOfActionsIsTheirOrder: merging what is sorted already gives the order that sorting everything gives.
func TestTheFrontOfActionsIsTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type placed struct {
			at, n int
			a     cases.ActionLine
		}
		var all []placed
		var front actionFront
		for at := range rapid.IntRange(0, 6).Draw(t, "cases") {
			var lines []cases.ActionLine
			for range rapid.IntRange(0, 8).Draw(t, "actions") {
				due := time.Date(2026, 10, rapid.IntRange(1, 9).Draw(t, "due"), 0, 0, 0, 0, time.UTC)
				lines = append(lines, cases.ActionLine{Due: due, Done: rapid.Bool().Draw(t, "done")})
			}
			slices.SortStableFunc(lines, cases.ActionLine.Order)
			for n, a := range lines {
				all = append(all, placed{at, n, a})
			}
			if len(lines) > 0 {
				front = append(front, actionRun{at, lines})
			}
		}
		slices.SortFunc(all, func(a, b placed) int {
			return cmp.Or(a.a.Order(b.a), cmp.Compare(a.at, b.at), cmp.Compare(a.n, b.n))
		})
		heap.Init(&front)
		for n, want := range all {
			if at, a := front.next(); at != want.at || a != want.a {
				t.Fatalf("place %d: %v of case %d, want %v of case %d", n, a, at, want.a, want.at)
			}
		}
		if len(front) > 0 {
			t.Fatalf("%d cases are left", len(front))
		}
	})
}
