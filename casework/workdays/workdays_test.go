package workdays

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(t interface{ Fatalf(string, ...any) }, s string) time.Time {
	d, err := time.Parse("2 Jan 2006", s)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return d
}

// TestBankHolidays compares with the list in testdata, one year a block, which
// was written down from the government's announcements for the years that have
// them and worked out with a wall calendar for the later ones.
func TestBankHolidays(t *testing.T) {
	f, err := os.Open("testdata/england.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := map[int][]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		year, days, _ := strings.Cut(line, ": ")
		y := day(t, "1 Jan "+year).Year()
		for d := range strings.SplitSeq(days, ", ") {
			want[y] = append(want[y], d)
		}
	}
	for year := 2020; year <= 2035; year++ {
		var got []string
		for _, h := range BankHolidays(year) {
			got = append(got, strings.TrimSuffix(Format(h.Day), h.Day.Format(" 2006")))
			if h.Name == "" || h.Day.Weekday() == time.Saturday || h.Day.Weekday() == time.Sunday {
				t.Errorf("%v %s: a bank holiday has a name and falls on a weekday", h.Day, h.Name)
			}
		}
		if a, b := strings.Join(got, ", "), strings.Join(want[year], ", "); a != b {
			t.Errorf("%d:\n got %s\nwant %s", year, a, b)
		}
	}
}

func TestEaster(t *testing.T) {
	for _, want := range []string{
		"12 Apr 2020", "4 Apr 2021", "17 Apr 2022", "9 Apr 2023", "31 Mar 2024", "20 Apr 2025", "5 Apr 2026",
		"28 Mar 2027", "16 Apr 2028", "1 Apr 2029", "21 Apr 2030", "13 Apr 2031", "28 Mar 2032", "17 Apr 2033",
		"9 Apr 2034", "25 Mar 2035",
		// The earliest and the latest there can be, and years next to a century.
		"22 Mar 1818", "25 Apr 1943", "25 Apr 2038", "19 Apr 1981", "18 Apr 1954", "15 Apr 1900", "23 Apr 2000", "28 Mar 2100",
	} {
		d := day(t, want)
		if got := Easter(d.Year()); !got.Equal(d) {
			t.Errorf("Easter %d = %s, want %s", d.Year(), Format(got), want)
		}
	}
}

// TestFiveWorkingDays is the clock of the minutes: due five working days after
// the meeting.
func TestFiveWorkingDays(t *testing.T) {
	var england *Calendar
	for _, tt := range []struct{ meeting, due, why string }{
		{"2 Mar 2026", "9 Mar 2026", "Monday to Monday"},
		{"6 Mar 2026", "13 Mar 2026", "Friday to Friday"},
		{"7 Mar 2026", "13 Mar 2026", "a Saturday meeting"},
		{"8 Mar 2026", "13 Mar 2026", "a Sunday meeting"},
		{"27 Mar 2026", "7 Apr 2026", "Good Friday and Easter Monday between"},
		{"2 Apr 2026", "13 Apr 2026", "the day before Good Friday"},
		{"3 Apr 2026", "13 Apr 2026", "on Good Friday itself"},
		{"30 Apr 2026", "8 May 2026", "early May"},
		{"22 May 2026", "1 Jun 2026", "spring"},
		{"28 Aug 2026", "7 Sep 2026", "summer"},
		{"18 Dec 2026", "29 Dec 2026", "Christmas on Friday, Boxing Day moved to Monday"},
		{"24 Dec 2026", "5 Jan 2027", "Christmas and New Year"},
		{"31 Dec 2027", "10 Jan 2028", "New Year's Day on Saturday, moved to Monday"},
		{"20 Dec 2027", "29 Dec 2027", "Christmas on Saturday: Monday and Tuesday are free"},
		{"20 Dec 2022", "29 Dec 2022", "Christmas on Sunday: Boxing Day on Monday, Christmas moved to Tuesday"},
		{"1 Jun 2022", "10 Jun 2022", "the jubilee's Thursday and Friday"},
		{"30 May 2022", "8 Jun 2022", "the Monday that was worked because the day had been moved"},
		{"16 Sep 2022", "26 Sep 2022", "the state funeral"},
		{"5 May 2023", "15 May 2023", "the coronation"},
		{"1 May 2020", "11 May 2020", "the early May day moved to Friday 8 May"},
		{"27 Feb 2028", "3 Mar 2028", "a leap day is worked"},
	} {
		if got := england.Add(day(t, tt.meeting), 5); !got.Equal(day(t, tt.due)) {
			t.Errorf("%s: five working days after %s = %s, want %s", tt.why, tt.meeting, Format(got), tt.due)
		}
	}
}

func TestAddOtherCounts(t *testing.T) {
	var c *Calendar
	for _, tt := range []struct {
		from string
		n    int
		want string
	}{
		{"4 Mar 2026", 0, "4 Mar 2026"},
		{"3 Apr 2026", 0, "7 Apr 2026"},
		{"7 Apr 2026", -1, "2 Apr 2026"},
		{"4 Mar 2026", -3, "27 Feb 2026"},
		{"4 Mar 2026", 20, "1 Apr 2026"},
	} {
		if got := c.Add(day(t, tt.from), tt.n); !got.Equal(day(t, tt.want)) {
			t.Errorf("Add(%s, %d) = %s, want %s", tt.from, tt.n, Format(got), tt.want)
		}
	}
}

func TestDayInLondon(t *testing.T) {
	for _, tt := range []struct{ instant, want string }{
		{"2026-03-14T23:59:59Z", "14 Mar 2026"},
		{"2026-06-14T22:59:59Z", "14 Jun 2026"},
		{"2026-06-14T23:00:00Z", "15 Jun 2026"}, // past midnight in summer time
		{"2026-03-29T00:59:59Z", "29 Mar 2026"},
		{"2026-10-25T23:30:00Z", "25 Oct 2026"}, // winter time again
		{"2026-10-24T23:30:00Z", "25 Oct 2026"},
		{"2026-12-31T23:59:59Z", "31 Dec 2026"},
		{"2027-01-01T05:00:00+10:00", "31 Dec 2026"},
	} {
		instant, err := time.Parse(time.RFC3339, tt.instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := Day(instant); Format(got) != tt.want || got.Location() != time.UTC || got.Hour() != 0 {
			t.Errorf("Day(%s) = %v, want %s", tt.instant, got, tt.want)
		}
	}
}

func TestExtraDays(t *testing.T) {
	c := New(map[time.Time]string{day(t, "10 Mar 2026").Add(9 * time.Hour): "Larkshire Day"})
	if c.Working(day(t, "10 Mar 2026")) || c.Holiday(day(t, "10 Mar 2026")) != "Larkshire Day" {
		t.Error("an extra day is worked")
	}
	if got := c.Add(day(t, "9 Mar 2026"), 1); Format(got) != "11 Mar 2026" {
		t.Errorf("the working day after = %s", Format(got))
	}
	if got := (&Calendar{}).Add(day(t, "9 Mar 2026"), 1); Format(got) != "10 Mar 2026" {
		t.Errorf("without it = %s", Format(got))
	}
}

func TestProperties(t *testing.T) {
	c := &Calendar{}
	rapid.Check(t, func(t *rapid.T) {
		from := date(2020, time.January, 1).AddDate(0, 0, rapid.IntRange(0, 5800).Draw(t, "from"))
		n := rapid.IntRange(1, 60).Draw(t, "n")
		to := c.Add(from, n)
		if !c.Working(to) || !to.After(from) {
			t.Fatalf("Add(%s, %d) = %s", Format(from), n, Format(to))
		}
		if got := c.Between(from, to); got != n {
			t.Fatalf("Between(%s, %s) = %d, want %d", Format(from), Format(to), got, n)
		}
		if got := c.Between(to, from); got != -n {
			t.Fatalf("backwards = %d, want %d", got, -n)
		}
		// Back by the same count lands on the day, or on the working day
		// nearest before it when the day itself is not worked.
		back := c.Add(to, -n)
		if c.Working(from) && !back.Equal(from) || back.After(from) {
			t.Fatalf("%s + %d - %d = %s", Format(from), n, n, Format(back))
		}
		// In the holiday weeks a stretch grows by at most a handful of days.
		if days := int(to.Sub(from).Hours() / 24); days < n || days > n*7/5+14 {
			t.Fatalf("%d working days took %d days", n, days)
		}
	})
}
