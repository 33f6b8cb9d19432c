package flagpages

import (
	"strings"
	"testing"
	"time"

	"bellwether/casework/review"
	"bellwether/dashboard/read"
)

func TestWhatBecameOfFlagsLikeThis(t *testing.T) {
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	on := func(m time.Month, d int) *time.Time { t := day(m, d); return &t }
	flags := []read.FlagBefore{
		{ID: "a", OpenedOn: day(8, 3), Recent: true},
		{ID: "b", OpenedOn: day(2, 2), LoweredOn: on(5, 4), ClearedOn: on(7, 6)},
		{ID: "c", OpenedOn: day(1, 5), ClearedOn: on(3, 2)},
		{ID: "d", OpenedOn: day(1, 4)},
	}
	said := map[string]review.Confirmation{
		"b": {FlagID: "b", Confirmed: true, Outcome: review.Visit},
		"c": {FlagID: "c", Outcome: review.NoAction},
		"d": {FlagID: "d", Doubt: review.DataError},
		"z": {FlagID: "z", Confirmed: true, Outcome: review.Visit}, // of a provider that the reader may not see
	}
	got := tellBefore(flags, said)
	want := "Flags like this before: 4. The panel agreed with one and not with two; one has no decision. One was followed by a lower rating within six months; one is too recent to tell. Two have cleared."
	if got.Sentence != want {
		t.Errorf("says\n%s\nwant\n%s", got.Sentence, want)
	}
	for i, want := range []string{"no decision recorded | too recent to tell", "decided: Visit | rating lowered, known 4 May 2026", "decided: no action | no lower rating within half a year", "disagreed with: The records are wrong | no lower"} {
		if is := got.Recent[i].Panel + " | " + got.Recent[i].After; !strings.HasPrefix(is, want) {
			t.Errorf("flag %d: %s, want %s", i, is, want)
		}
	}
	if none := tellBefore(nil, nil); none.Sentence != "" {
		t.Errorf("no flag before says %q", none.Sentence)
	}
	var many []read.FlagBefore
	for range 20 {
		many = append(many, read.FlagBefore{ID: "x"})
	}
	if got := tellBefore(many, nil); len(got.Recent) != mostBefore || !strings.HasPrefix(got.Sentence, "Flags like this before: 20.") {
		t.Errorf("%d listed: %s", len(got.Recent), got.Sentence)
	}
}
