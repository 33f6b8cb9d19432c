package detect

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// SeriesOptions says what to run over weekly series.
type SeriesOptions struct {
	// In is a CSV file in one of two layouts. Wide: a column values with each
	// series' weekly counts in one cell, parted by spaces, from week 1 on. Long: the
	// columns week and count, one row a week, each series without a gap. All other
	// columns name the series. A name ending in .gz is gzipped.
	In string
	// FirstWeek and LastWeek are the weeks looked at; a look uses the counts up
	// to and including its week.
	FirstWeek, LastWeek int
	// Out is written with the columns that name the series, algorithm and alarms:
	// a character a week, 1 for an alarm, 0 for none, N where there is no verdict.
	Out string
	// Detail, if set, is written with a row for each series and week: what was
	// expected, the score and the verdict.
	Detail string
	// Method is one of SeriesMethods; empty is the first, the product's own.
	Method string
	// Threshold, if not nil, replaces the method's usual one.
	Threshold *float64
	// Year is the number of weeks in a year; 0 is 52.
	Year float64
}

// SeriesReport says what a run used and found.
type SeriesReport struct {
	Method    string  `json:"method"`
	Means     string  `json:"method_means"`
	Threshold float64 `json:"threshold"`
	Default   float64 `json:"threshold_default"`
	ThreshIs  string  `json:"threshold_means"`
	FirstWeek int     `json:"first_week"`
	LastWeek  int     `json:"last_week"`
	Year      float64 `json:"weeks_in_a_year"`
	Series    int     `json:"series"`
	Rows      int     `json:"series_weeks"`
	Alarms    int     `json:"alarms"`
	NoVerdict int     `json:"weeks_without_verdict"`
}

// weekly is one series of the file: its names, and counts from week first on.
type weekly struct {
	key    []string
	first  int
	counts []int
}

// Series runs a method over every series of a file and writes its alarms. It
// holds the file in memory. Errors name file, line and column, or the series.
func Series(ctx context.Context, opt SeriesOptions) (SeriesReport, error) {
	if opt.Method == "" {
		opt.Method = SeriesMethods[0]
	}
	m, ok := seriesMethods[opt.Method]
	if !ok {
		return SeriesReport{}, fmt.Errorf("unknown method %q; the methods are %s", opt.Method, strings.Join(SeriesMethods, ", "))
	}
	if opt.LastWeek < opt.FirstWeek {
		return SeriesReport{}, fmt.Errorf("the last week, %d, is before the first, %d", opt.LastWeek, opt.FirstWeek)
	}
	if opt.Year == 0 {
		opt.Year = 52
	}
	if !(opt.Year > 2 && opt.Year < 1000) {
		return SeriesReport{}, fmt.Errorf("a year of %v weeks; it must be above 2 and below 1,000", opt.Year)
	}
	threshold := m.threshold
	if opt.Threshold != nil {
		threshold = *opt.Threshold
	}
	if err := m.check(threshold); err != nil {
		return SeriesReport{}, err
	}
	names, all, err := readSeries(opt.In)
	if err != nil {
		return SeriesReport{}, err
	}
	rep := SeriesReport{Method: opt.Method, Means: m.means, Threshold: threshold, Default: m.threshold, ThreshIs: m.thresholdIs, FirstWeek: opt.FirstWeek, LastWeek: opt.LastWeek, Year: opt.Year, Series: len(all)}
	found, err := runSeries(ctx, opt, m, threshold, all)
	if err != nil {
		return SeriesReport{}, err
	}
	return rep, writeSeries(opt, names, all, found, &rep)
}

// runSeries asks the method of every series, as many at once as there are
// processors.
func runSeries(ctx context.Context, opt SeriesOptions, m seriesMethod, threshold float64, all []weekly) ([][]verdict, error) {
	found := make([][]verdict, len(all))
	err := parallel(ctx, len(all), func(i int) error {
		s := all[i]
		first, last := opt.FirstWeek-s.first, opt.LastWeek-s.first
		if first < 0 || last >= len(s.counts) {
			return fmt.Errorf("series %s has weeks %d to %d; weeks %d to %d were asked for", strings.Join(s.key, ","), s.first, s.first+len(s.counts)-1, opt.FirstWeek, opt.LastWeek)
		}
		var err error
		if found[i], err = m.run(s.counts, first, last, threshold, opt.Year); err != nil {
			return fmt.Errorf("series %s: %w", strings.Join(s.key, ","), err)
		}
		return nil
	})
	return found, err
}

func writeSeries(opt SeriesOptions, names []string, all []weekly, found [][]verdict, rep *SeriesReport) error {
	out, err := create(opt.Out)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%salgorithm,alarms\n", prefix(names))
	for i, s := range all {
		marks := make([]byte, len(found[i]))
		for k, v := range found[i] {
			marks[k] = v.mark()
			switch marks[k] {
			case '1':
				rep.Alarms++
			case 'N':
				rep.NoVerdict++
			}
		}
		rep.Rows += len(marks)
		fmt.Fprintf(out, "%s%s,%s\n", prefix(s.key), opt.Method, marks)
	}
	if err := out.finish(); err != nil || opt.Detail == "" {
		return err
	}
	detail, err := create(opt.Detail)
	if err != nil {
		return err
	}
	fmt.Fprintf(detail, "%sweek,count,expected,score,verdict\n", prefix(names))
	for i, s := range all {
		for k, v := range found[i] {
			at := opt.FirstWeek - s.first + k
			if v.none {
				fmt.Fprintf(detail, "%s%d,%d,,,none\n", prefix(s.key), s.first+at, s.counts[at])
				continue
			}
			word := "quiet"
			if v.alarm {
				word = "alarm"
			}
			fmt.Fprintf(detail, "%s%d,%d,%s,%s,%s\n", prefix(s.key), s.first+at, s.counts[at], short(v.expected), short(v.score), word)
		}
	}
	return detail.finish()
}

func short(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// prefix is cells as the beginning of a CSV line.
func prefix(cells []string) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteString(quote(c) + ",")
	}
	return b.String()
}

// readSeries reads a file of either layout, and the names of the columns that
// name the series.
func readSeries(name string) (names []string, all []weekly, err error) {
	t, err := openTable(name)
	if err != nil {
		return nil, nil, err
	}
	defer t.close()
	_, wide := t.index["values"]
	_, week := t.index["week"]
	_, count := t.index["count"]
	if wide == (week && count) {
		return nil, nil, fmt.Errorf("%s: the header needs either a column values (a series a row) or the columns week and count (a week a row)", name)
	}
	for c := range t.index {
		if (wide && c != "values") || (!wide && c != "week" && c != "count") {
			names = append(names, c)
		}
	}
	sort.Slice(names, func(i, j int) bool { return t.index[names[i]] < t.index[names[j]] })
	if wide {
		all, err = readWide(t, names)
	} else {
		all, err = readLong(t, names)
	}
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s: no series, only a header", name)
	}
	return names, all, err
}

// maxEvents bounds a week's count.
const maxEvents = 1_000_000_000

func (t *table) cells(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = t.text(n, "")
	}
	return out
}

func readWide(t *table, names []string) ([]weekly, error) {
	var all []weekly
	seen := map[string]int{}
	for {
		ok, err := t.next()
		if err != nil || !ok {
			return all, err
		}
		s := weekly{key: t.cells(names), first: 1}
		id := strings.Join(s.key, "\x00")
		if before, dup := seen[id]; dup {
			return nil, fmt.Errorf("%s, line %d: the same series as line %d", t.name, t.line, before)
		}
		seen[id] = t.line
		for i, f := range strings.Fields(t.text("values", "")) {
			n, err := strconv.Atoi(f)
			if err != nil || n < 0 || n > maxEvents {
				return nil, fmt.Errorf("%s, line %d, column values, week %d: %q is not a whole number from 0 to %d", t.name, t.line, i+1, f, maxEvents)
			}
			s.counts = append(s.counts, n)
		}
		all = append(all, s)
	}
}

// maxWeek bounds week numbers of the long layout, either way.
const maxWeek = 100_000

func readLong(t *table, names []string) ([]weekly, error) {
	type row struct{ week, count, line int }
	rows := map[string][]row{}
	var all []weekly
	at := map[string]int{}
	for {
		ok, err := t.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		var r row
		if r.week, err = t.whole("week", -maxWeek, maxWeek); err != nil {
			return nil, err
		}
		if r.count, err = t.whole("count", 0, maxEvents); err != nil {
			return nil, err
		}
		r.line = t.line
		key := t.cells(names)
		id := strings.Join(key, "\x00")
		if _, ok := at[id]; !ok {
			at[id] = len(all)
			all = append(all, weekly{key: key})
		}
		rows[id] = append(rows[id], r)
	}
	for id, rs := range rows {
		sort.Slice(rs, func(i, j int) bool {
			return rs[i].week < rs[j].week || rs[i].week == rs[j].week && rs[i].line < rs[j].line
		})
		s := &all[at[id]]
		s.first = rs[0].week
		for i, r := range rs {
			if want := s.first + i; r.week != want {
				if r.week < want {
					return nil, fmt.Errorf("%s, line %d: week %d of this series is there already, on line %d", t.name, r.line, r.week, rs[i-1].line)
				}
				return nil, fmt.Errorf("%s, line %d: week %d is missing before week %d; write a count of 0 where nothing happened, and leave out a series whose weeks are unknown", t.name, r.line, want, r.week)
			}
			s.counts = append(s.counts, r.count)
		}
	}
	return all, nil
}
