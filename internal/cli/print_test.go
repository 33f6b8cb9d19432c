package cli

import (
	"bytes"
	"testing"
	"time"
)

func TestNumbersForPeople(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 74184: "74,184", 1234567: "1,234,567", -1000: "-1,000", -12: "-12"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 5 << 20: "5.0 MiB", 3 << 30: "3.0 GiB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestDatesForPeople(t *testing.T) {
	march := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	if got := day(march); got != "14 Mar 2026" {
		t.Errorf("day gives %q", got)
	}
	if got := day(time.Time{}); got != "–" {
		t.Errorf("no day gives %q", got)
	}
	for typed, ok := range map[string]bool{"2026-03-14": true, "14 Mar 2026": true, "14 March 2026": true, "14/03/2026": true, "": true, "yesterday": false, "2026-02-30": false, "03/14/2026": false} {
		got, err := parseDay(typed, "--as-of")
		if (err == nil) != ok || ok && typed != "" && !got.Equal(march) {
			t.Errorf("%q is read as %v, %v", typed, got, err)
		}
		if err != nil && exitCode(err) != ExitUsage {
			t.Errorf("%q gives exit code %d", typed, exitCode(err))
		}
	}
	for after, want := range map[time.Duration]string{10 * time.Second: "under a minute", 8 * time.Minute: "8 min", 30 * time.Hour: "30 h", 75 * time.Hour: "3 days"} {
		if got := ago(march.Add(after), march); got != want {
			t.Errorf("%s is written %q, want %q", after, got, want)
		}
	}
	if got := ago(march, time.Time{}); got != "–" {
		t.Errorf("no time gives %q", got)
	}
}

// TestFileNamesCannotDriveTheTerminal prints what a hostile file name could hold.
func TestFileNamesCannotDriveTheTerminal(t *testing.T) {
	var b bytes.Buffer
	if err := printTable(&b, []string{"FILE", "ROWS"}, [][]string{{"a\x1b[2Jb\nc\td", "7"}, {"plain.csv", "1,000"}}); err != nil {
		t.Fatal(err)
	}
	const want = "FILE        ROWS\na [2Jb c d  7\nplain.csv   1,000\n"
	if b.String() != want {
		t.Errorf("printed %q, want %q", b.String(), want)
	}
	if got := clip("a file with a very long name that would not fit on a line.csv", 12); got != "a file with…" {
		t.Errorf("clipped to %q", got)
	}
}
