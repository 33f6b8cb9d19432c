// Command oracletable prints what the detectors scored beside what they are to
// reach. It reads the scorers' and the benchmark's own output, from the folder
// that scripts/oracle.sh writes; it holds targets and what others reach, no
// results of ours.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// caught is one line of the care-home scorer: the share caught and the median
// weeks, by multiplier.
type caught struct {
	threshold, falseFlags float64
	share, weeks          map[int]float64
}

var (
	flags  = regexp.MustCompile(`threshold (-?[0-9.]+)\s+false flags/100 provider-years ([0-9.]+)`)
	rises  = regexp.MustCompile(`x([0-9]+): caught ([0-9.]+)% median ([0-9.]+|nan) weeks`)
	weekly = regexp.MustCompile(`(?m)^BenchmarkWeeklyRun50000\S*\s+\d+\s+(\d+(?:\.\d+)?) ns/op(?:\s+([0-9.]+) cpu-s/op)?`)
)

// careHomes reads the care-home scorer's output by the label of each line:
// "budget 5", or "threshold" and the threshold asked for.
func careHomes(r io.Reader) (map[string]caught, error) {
	out := map[string]caught{}
	sc := bufio.NewScanner(r)
	for sc.Scan() {
		label, rest, ok := strings.Cut(sc.Text(), ": ")
		m := flags.FindStringSubmatch(rest)
		if !ok || m == nil {
			continue
		}
		c := caught{threshold: number(m[1]), falseFlags: number(m[2]), share: map[int]float64{}, weeks: map[int]float64{}}
		for _, x := range rises.FindAllStringSubmatch(rest, -1) {
			k := int(number(x[1]))
			c.share[k], c.weeks[k] = number(x[2]), number(x[3])
		}
		if label == "threshold" {
			label = fmt.Sprintf("threshold %.3f", c.threshold)
		}
		out[label] = c
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no line of the care-home scorer in it")
	}
	return out, sc.Err()
}

// benchmark reads the series scorer's output: its columns by name, of the first
// algorithm.
func benchmark(r io.Reader) (map[string]float64, error) {
	sc := bufio.NewScanner(r)
	var head []string
	for sc.Scan() {
		cells := strings.Fields(sc.Text())
		if head == nil {
			if len(cells) > 1 && cells[0] == "algorithm" {
				head = cells
			}
			continue
		}
		if len(cells) != len(head) {
			return nil, fmt.Errorf("%d cells under %d headings", len(cells), len(head))
		}
		out := map[string]float64{}
		for i, c := range cells[1:] {
			out[head[i+1]] = number(c)
		}
		return out, nil
	}
	return nil, fmt.Errorf("no line of the series scorer in it")
}

// speed is the time of a weekly run by the clock and by the processor, in
// seconds; they differ where others use the machine.
type speed struct{ clock, processor float64 }

// weeklyRun reads them from a benchmark's output.
func weeklyRun(text string) (speed, error) {
	m := weekly.FindStringSubmatch(text)
	if m == nil {
		return speed{}, fmt.Errorf("no BenchmarkWeeklyRun50000 in it")
	}
	return speed{number(m[1]) / 1e9, number(m[2])}, nil
}

func number(s string) float64 {
	v, _ := strconv.ParseFloat(s, 64)
	return v
}

// row is a line of the table: what others reach on the same rows, by the published reference numbers, the target, and ours.
type row struct {
	what                   string
	count, reference, told string
	target, ours           string
	met                    bool
}

// rows compares what was read with the targets.
func rows(step13, step26 map[string]caught, n42 map[string]float64, run speed, concern, pre string) ([]row, error) {
	five13, ok13 := step13["budget 5"]
	five26, ok26 := step26["budget 5"]
	at, okAt := step13["threshold "+concern]
	below, okBelow := step13["threshold "+pre]
	at26, okAt26 := step26["threshold "+concern]
	below26, okBelow26 := step26["threshold "+pre]
	if !ok13 || !ok26 || !okAt || !okBelow || !okAt26 || !okBelow26 {
		return nil, fmt.Errorf("the care-home scorer's lines for a budget of 5 and for the thresholds %s and %s are needed", concern, pre)
	}
	pct := func(v, weeks float64) string { return fmt.Sprintf("%.1f %% (%g weeks)", v, weeks) }
	return []row{
		{"13 weeks, fivefold, caught at 5 false flags", "44 % (8)", "69 % (6) / 72 % (7)", "88 % (6)", ">= 79 %, <= 6 weeks", pct(five13.share[5], five13.weeks[5]), five13.share[5] >= 79 && five13.weeks[5] <= 6},
		{"13 weeks, threefold", "13 %", "27 % / 27 %", "40 %", ">= 32 %", pct(five13.share[3], five13.weeks[3]), five13.share[3] >= 32},
		{"26 weeks, threefold", "33 %", "66 % / 67 %", "82 %", ">= 74 %", pct(five26.share[3], five26.weeks[3]), five26.share[3] >= 74},
		{"default provider-concern limit " + concern + ": false flags", "87 at 3 in 12", "5", "", "<= 5.5", fmt.Sprintf("%.2f and %.2f", at.falseFlags, at26.falseFlags), at.falseFlags <= 5.5 && at26.falseFlags <= 5.5},
		{"default pre-concern limit " + pre + ": false flags", "", "", "", "<= 21", fmt.Sprintf("%.2f and %.2f", below.falseFlags, below26.falseFlags), below.falseFlags <= 21 && below26.falseFlags <= 21},
		{"42 series: false alarms, default limit", "", "0.82 % (R: 0.82 %)", "", "<= 0.82 %", fmt.Sprintf("%.2f %%", 100*n42["FPR"]), n42["FPR"] <= 0.0082},
		{"42 series: F1", "", "0.539 (R: 0.361)", "", ">= 0.56", fmt.Sprintf("%.3f", n42["F1"]), n42["F1"] >= 0.56},
		{"42 series: outbreaks found", "", "0.542 (R: 0.516)", "", ">= 0.56", fmt.Sprintf("%.3f", n42["POD"]), n42["POD"] >= 0.56},
		{"50,000 providers x 3 streams, one weekly run", "", "R: some 27 min", "", "< 2 s", fmt.Sprintf("%.2f s (%.2f s of processor)", run.clock, run.processor), run.clock > 0 && run.clock < 2},
	}, nil
}

func table(w io.Writer, rs []row) {
	fmt.Fprintf(w, "%-54s %-14s %-20s %-10s %-20s %s\n", "", "count in 12", "reference: GPS / SR", "told truth", "target", "ours")
	for _, r := range rs {
		word := "missed"
		if r.met {
			word = "met"
		}
		fmt.Fprintf(w, "%-54s %-14s %-20s %-10s %-20s %-30s %s\n", r.what, r.count, r.reference, r.told, r.target, r.ours, word)
	}
}

func run(dir, concern, pre string, w io.Writer) error {
	var homes [2]map[string]caught
	for i, name := range []string{"step13.txt", "step26.txt"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		defer f.Close()
		if homes[i], err = careHomes(f); err != nil {
			return fmt.Errorf("%s: %w", f.Name(), err)
		}
	}
	f, err := os.Open(filepath.Join(dir, "n42.txt"))
	if err != nil {
		return err
	}
	defer f.Close()
	n42, err := benchmark(f)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name(), err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "bench.txt"))
	if err != nil {
		return err
	}
	run, err := weeklyRun(string(text))
	if err != nil {
		return fmt.Errorf("bench.txt: %w", err)
	}
	rs, err := rows(homes[0], homes[1], n42, run, concern, pre)
	if err != nil {
		return err
	}
	table(w, rs)
	return nil
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: oracletable FOLDER CONCERN PRE-CONCERN (the default limits, with three decimals)")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
