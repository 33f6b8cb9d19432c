package words

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestDates(t *testing.T) {
	day := time.Date(2026, 3, 14, 9, 5, 0, 0, time.UTC)
	for got, want := range map[string]string{
		Date(day): "14 Mar 2026", Date(time.Time{}): "not known", DateOf(nil): "not known", DateOf(&day): "14 Mar 2026", Moment(&day): "14 Mar 2026 at 09:05", Moment(nil): "not known",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if n := DaysBetween(day, day.AddDate(0, 0, 30)); n != 30 {
		t.Errorf("%d days", n)
	}
}

func TestAge(t *testing.T) {
	for days, want := range map[int]string{0: "0 days", 1: "1 day", 12: "12 days", 20: "20 days", 21: "3 weeks", 83: "11 weeks", 84: "3 months", 365: "12 months", 800: "2.2 years", -3: "in 3 days"} {
		if got := Age(days); got != want {
			t.Errorf("Age(%d) = %q, want %q", days, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{Int(0), "0"}, {Int(999), "999"}, {Int(1000), "1,000"}, {Int(-1234567), "-1,234,567"}, {Int(math.MinInt64), "-9,223,372,036,854,775,808"},
		{Decimal(2.10, 1), "2.1"}, {Decimal(2, 1), "2"}, {Decimal(12345.678, 2), "12,345.68"}, {Decimal(-0.04, 1), "0"}, {Decimal(-0.5, 1), "-0.5"}, {Decimal(math.NaN(), 1), "not known"}, {Decimal(math.Inf(1), 1), "not known"},
		{DecimalOf(nil, 1), "not known"}, {Money(950), "£950"}, {Money(12400), "£12,400"}, {Money(1260000), "£1.3 million"}, {Money(2.5e9), "£2.5 billion"}, {Money(-950), "-£950"}, {Money(math.NaN()), "not known"},
		{Percent(1, 3), "33%"}, {Percent(1, 0), "not known"},
		{Plural(1, "day"), "1 day"}, {Plural(12, "day"), "12 days"}, {Plural(2, "enquiry|enquiries"), "2 enquiries"}, {Plural(1, "enquiry|enquiries"), "1 enquiry"},
		{Spell(3, "provider"), "three providers"}, {Spell(0, "provider"), "no providers"}, {Spell(12, "provider"), "12 providers"}, {SpellNumber(1), "one"}, {SpellNumber(0), "none"}, {SpellNumber(-1), "-1"},
		{Capital("three"), "Three"}, {Capital(""), ""}, {Capital("école"), "École"},
		{List(nil), ""}, {List([]string{"a"}), "a"}, {List([]string{"a", "b", "c"}), "a, b and c"},
		{Clip("short", 10), "short"}, {Clip("a rather long name of a home", 15), "a rather long…"}, {Clip(strings.Repeat("é", 30), 10), strings.Repeat("é", 10) + "…"},
		{Label("care_home"), "care home"}, {Label("never_seen_code"), "never seen code"}, {SourceName("complaints", ""), "Complaints"}, {SourceName("x", "Title"), "Title"},
		{Disclosed(0), "*"}, {Disclosed(4), "*"}, {Disclosed(5), "5"}, {Disclosed(7), "5"}, {Disclosed(8), "10"}, {Disclosed(1203), "1,205"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestEveryReasonHasAFix(t *testing.T) {
	for code := range fixes {
		if Label(code) == strings.ReplaceAll(code, "_", " ") {
			t.Errorf("%s has a fix and no words", code)
		}
	}
	if Fix("nonsense") == "" || Fix("bad_date") == Fix("nonsense") {
		t.Error("an unknown reason says what to do all the same")
	}
}

func TestClipNeverGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, n := rapid.String().Draw(t, "s"), rapid.IntRange(1, 40).Draw(t, "n")
		if got := utf8.RuneCountInString(Clip(s, n)); got > max(n+1, 0) {
			t.Fatalf("%d runes of %d", got, n)
		}
	})
}

func TestRoundHidesSmallCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1<<40).Draw(t, "n")
		r, ok := Round(n)
		if ok != (n >= 5) || ok && (r%5 != 0 || r-n > 2 || n-r > 2) {
			t.Fatalf("Round(%d) = %d, %v", n, r, ok)
		}
	})
}
