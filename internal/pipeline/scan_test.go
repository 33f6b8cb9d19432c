package pipeline

import (
	"testing"
	"time"
)

func TestWeekNumbersAreMondays(t *testing.T) {
	for _, day := range []string{"2023-04-03", "2026-09-21", "1969-12-29", "2024-12-30"} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := monday(weekNumber(at)); !got.Equal(at) {
			t.Errorf("%s came back as %s", day, got.Format(time.DateOnly))
		}
		if weekNumber(at.AddDate(0, 0, 6)) != weekNumber(at) || weekNumber(at.AddDate(0, 0, 7)) != weekNumber(at)+1 {
			t.Errorf("the week of %s does not run from Monday to Sunday", day)
		}
	}
}
