package detect

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"bellwether/analytics/surveillance/panel"
	"bellwether/analytics/surveillance/simulate"
)

// files writes a drawn panel as an analyst would have it: two replicates of it.
func files(t *testing.T, in panel.Input, gz bool) (events, units string) {
	t.Helper()
	dir := t.TempDir()
	var u, e strings.Builder
	u.WriteString("replicate,home,beds\n")
	e.WriteString("replicate,home,stream,event_week,delay_weeks,n\n")
	for _, rep := range []string{"a", "b"} {
		for h, x := range in.Units {
			fmt.Fprintf(&u, "%s,H%d,%g\n", rep, h, x.Exposure[0])
		}
		for _, v := range in.Events {
			fmt.Fprintf(&e, "%s,H%d,%s,%d,%d,%d\n", rep, v.Unit, in.Streams[v.Stream].Name, v.Week, v.Known-v.Week, v.Count)
		}
	}
	events, units = filepath.Join(dir, "events.csv"), filepath.Join(dir, "homes.csv")
	if gz {
		events += ".gz"
	}
	write(t, events, e.String())
	write(t, units, u.String())
	return events, units
}

func write(t *testing.T, name, text string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(f)
		defer z.Close()
		_, err = z.Write([]byte(text))
	} else {
		_, err = f.WriteString(text)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func readScores(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// The scores written are the engine's own, for every replicate, home and week.
func TestPanelWritesTheEnginesScores(t *testing.T) {
	in, _, err := simulate.Care(40, 13).Draw(4)
	if err != nil {
		t.Fatal(err)
	}
	events, units := files(t, in, true)
	out := filepath.Join(t.TempDir(), "scores.csv")
	r, err := Panel(context.Background(), Options{Events: events, Units: units, FirstWeek: 180, LastWeek: 183, Out: out})
	if err != nil {
		t.Fatal(err)
	}
	th := panel.DefaultThresholds()
	if r.Method != "change" || r.Replicates != 2 || r.Homes != 80 || r.Rows != 320 || r.Concern != th.Concern || r.PreConcern != th.PreConcern || r.Threshold != th.Concern || r.Powers["complaint"] != 0.6 {
		t.Errorf("report %+v", r)
	}
	l := r.Learned["concern"]
	if l.PerExposureYear < 0.15 || l.PerExposureYear > 0.4 || math.Abs(l.Dispersion-1.3) > 0.2 || len(l.Complete) == 0 {
		t.Errorf("learned %+v", l)
	}
	e, err := panel.New(in, panel.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	rows := readScores(t, out)
	if strings.Join(rows[0], ",") != "replicate,home,week,score" || len(rows) != 321 {
		t.Fatalf("header %v, %d rows", rows[0], len(rows))
	}
	look, err := e.Look(182)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, row := range rows[1:] {
		if row[2] != "182" {
			continue
		}
		h, _ := strconv.Atoi(strings.TrimPrefix(row[1], "H"))
		got, err := strconv.ParseFloat(row[3], 64)
		if err != nil || math.Abs(got-look.Units[h].Score) > 2e-5 {
			t.Errorf("replicate %s, %s: %v, engine %v", row[0], row[1], row[3], look.Units[h].Score)
		}
		checked++
	}
	if checked != 80 {
		t.Errorf("%d rows of week 182", checked)
	}
}

func TestOtherMethodsAndThreshold(t *testing.T) {
	in, _, err := simulate.Care(20, 13).Draw(5)
	if err != nil {
		t.Fatal(err)
	}
	events, units := files(t, in, false)
	seen := map[string]string{}
	for _, m := range Methods {
		out := filepath.Join(t.TempDir(), "scores.csv.gz")
		limit := 0.0
		r, err := Panel(context.Background(), Options{Events: events, Units: units, FirstWeek: 170, LastWeek: 170, Out: out, Method: m, Threshold: &limit})
		if err != nil {
			t.Fatalf("%s: %v", m, err)
		}
		if (r.Concern != 0) != (m == "change") || r.Threshold != 0 || r.Above > r.Rows {
			t.Errorf("%s: %+v", m, r)
		}
		tab, err := openTable(out, "replicate", "home", "week", "score")
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := tab.next(); !ok || err != nil {
			t.Fatal(ok, err)
		}
		seen[tab.text("score", "")] = m
		tab.close()
	}
	if len(seen) < 2 {
		t.Errorf("methods agree on everything: %v", seen)
	}
}

func TestPanelRefusals(t *testing.T) {
	homes := "home,beds\nA,30\n"
	for _, c := range []struct {
		name, events, units, says string
		edit                      func(*Options)
	}{
		{"no header", "", homes, "empty file", nil},
		{"no column", "home,stream,event_week,n\n", homes, `no column "delay_weeks"`, nil},
		{"unknown home", "home,stream,event_week,delay_weeks,n\nB,concern,1,0,1\n", homes, `line 2, column home: "B" is not in`, nil},
		{"unknown stream", "home,stream,event_week,delay_weeks,n\nA,fires,1,0,1\n", homes, `line 2, column stream: no power is known for "fires"`, nil},
		{"bad week", "home,stream,event_week,delay_weeks,n\nA,concern,x,0,1\n", homes, `line 2, column event_week: "x" is not a whole number`, nil},
		{"negative delay", "home,stream,event_week,delay_weeks,n\nA,concern,1,-1,1\n", homes, "column delay_weeks", nil},
		{"negative count", "home,stream,event_week,delay_weeks,n\nA,concern,1,0,-2\n", homes, "column n", nil},
		{"ragged row", "home,stream,event_week,delay_weeks,n\nA,concern,1\n", homes, "wrong number of fields", nil},
		{"unknown replicate", "replicate,home,stream,event_week,delay_weeks,n\n7,A,concern,1,0,1\n", homes, `column replicate: "7" is not in`, nil},
		{"bad beds", "home,stream,event_week,delay_weeks,n\n", "home,beds\nA,many\n", `line 2, column beds: "many" is not a number`, nil},
		{"home twice", "home,stream,event_week,delay_weeks,n\n", "home,beds\nA,1\nA,2\n", `line 3, column home: "A" is there twice`, nil},
		{"weeks backwards", "home,stream,event_week,delay_weeks,n\n", homes, "is before the first", func(o *Options) { o.FirstWeek = 9 }},
		{"unknown method", "home,stream,event_week,delay_weeks,n\n", homes, "the methods are change, gps, count", func(o *Options) { o.Method = "magic" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "e.csv"), c.events)
			write(t, filepath.Join(dir, "u.csv"), c.units)
			o := Options{Events: filepath.Join(dir, "e.csv"), Units: filepath.Join(dir, "u.csv"), FirstWeek: 0, LastWeek: 3, Out: filepath.Join(dir, "s.csv")}
			if c.edit != nil {
				c.edit(&o)
			}
			if _, err := Panel(context.Background(), o); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
	if _, err := openTable(filepath.Join(t.TempDir(), "none.csv")); err == nil {
		t.Error("a missing file was opened")
	}
}

// A panel with no events, and one stopped early.
func TestPanelEdges(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "e.csv"), "home,stream,event_week,delay_weeks,n\n")
	write(t, filepath.Join(dir, "u.csv"), "home,beds\n\"Elm, House\",30\n")
	o := Options{Events: filepath.Join(dir, "e.csv"), Units: filepath.Join(dir, "u.csv"), FirstWeek: 5, LastWeek: 6, Out: filepath.Join(dir, "s.csv")}
	r, err := Panel(context.Background(), o)
	if err != nil || r.Rows != 2 || r.Above != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if rows := readScores(t, o.Out); rows[1][1] != "Elm, House" || rows[1][0] != "0" {
		t.Errorf("rows %v", rows)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Panel(ctx, o); err == nil {
		t.Error("a cancelled run finished")
	}
}
