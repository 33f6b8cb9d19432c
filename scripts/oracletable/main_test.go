package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	homes = `threshold: threshold 1.100  false flags/100 provider-years 19.50  x2: caught 40.0% median 5 weeks (n=300)  x3: caught 60.0% median 6 weeks (n=300)  x5: caught 90.0% median 4 weeks (n=300)
threshold: threshold 2.650  false flags/100 provider-years 5.60  x3: caught 34.0% median 7 weeks (n=310)  x5: caught 79.5% median 6 weeks (n=310)
budget 5: threshold 2.700  false flags/100 provider-years 4.99  x2: caught 0.0% median nan weeks (n=300)  x3: caught 33.0% median 7 weeks (n=310)  x5: caught 79.0% median 6 weeks (n=310)
`
	series = `algorithm                                  FPR specificity         POD          F1
outbreak                                0.0067      0.9901      0.5714      0.5599
outbreak POD by k                        0.071       0.131
`
	timing = "goos: linux\nBenchmarkWeeklyRun50000-2   \t       2\t 1250000000 ns/op\t 0.987 cpu-s/op\t  12 B/op\nPASS\n"
)

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func good() map[string]string {
	return map[string]string{"step13.txt": homes, "step26.txt": homes, "n42.txt": series, "bench.txt": timing}
}

// Every figure of the table is the scorers' own, and a miss is called a miss.
func TestTable(t *testing.T) {
	var b strings.Builder
	if err := run(folder(t, good()), "2.650", "1.100", &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ line, figure, word string }{
		{"13 weeks, fivefold", "79.0 % (6 weeks)", " met"},
		{"13 weeks, threefold", "33.0 % (7 weeks)", " met"},
		{"26 weeks, threefold", "33.0 %", "missed"},
		{"provider-concern limit 2.650", "5.60 and 5.60", "missed"},
		{"pre-concern limit 1.100", "19.50 and 19.50", " met"},
		{"false alarms", "0.67 %", " met"},
		{"F1", "0.560", "missed"},
		{"outbreaks found", "0.571", " met"},
		{"50,000 providers", "1.25 s (0.99 s of processor)", " met"},
	} {
		found := false
		for _, l := range strings.Split(b.String(), "\n") {
			if strings.Contains(l, want.line) {
				found = strings.Contains(l, want.figure) && strings.HasSuffix(l, want.word)
			}
		}
		if !found {
			t.Errorf("%q with %q and %q is not in\n%s", want.line, want.figure, want.word, b.String())
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct{ name, file, text, says string }{
		{"no homes", "step13.txt", "nothing\n", "no line of the care-home scorer"},
		{"no budget", "step26.txt", strings.Split(homes, "\n")[0], "a budget of 5"},
		{"no series", "n42.txt", "", "no line of the series scorer"},
		{"torn series", "n42.txt", "algorithm FPR\noutbreak 0.1 0.2\n", "3 cells under 2 headings"},
		{"no benchmark", "bench.txt", "PASS\n", "no BenchmarkWeeklyRun50000"},
	} {
		files := good()
		files[c.file] = c.text
		if err := run(folder(t, files), "2.650", "1.100", &strings.Builder{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	for name := range good() {
		files := good()
		delete(files, name)
		if err := run(folder(t, files), "2.650", "1.100", &strings.Builder{}); err == nil {
			t.Errorf("without %s: accepted", name)
		}
	}
}
