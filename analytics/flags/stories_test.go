package flags

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/analytics/rules"
	"bellwether/analytics/rules/sets"

	"github.com/goccy/go-yaml"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A story is a YAML file that says, for each unit, what was known from week to
// week. Its golden file shows what a panel would then read. Larkshire and
// everything in it is invented.
type story struct {
	Title string      `yaml:"title"`
	Set   string      `yaml:"set"`
	AsOf  string      `yaml:"as_of"`
	From  string      `yaml:"from"` // Monday of the first week
	Units []unitDoc   `yaml:"units"`
	Done  []decideDoc `yaml:"decisions"`
}

type unitDoc struct {
	Unit      string   `yaml:"unit"`
	ID        string   `yaml:"id"`
	Providers []string `yaml:"providers"`
	// Always holds in every week; each phase adds to it or replaces it from its
	// week on. A value written "days since DATE" counts up. "~" takes a value away.
	Always map[string]any `yaml:"always"`
	Phases []struct {
		From string         `yaml:"from"`
		Set  map[string]any `yaml:"set"`
	} `yaml:"phases"`
	Signal map[string]map[string]float64 `yaml:"signal"`
}

type decideDoc struct {
	Provider string `yaml:"provider"`
	On       string `yaml:"on"`
	Kind     string `yaml:"kind"`
	Level    string `yaml:"level"`
	Failure  string `yaml:"failure"`
	Reason   string `yaml:"reason"`
}

func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.story.yml")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".story.yml"), func(t *testing.T) {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			var s story
			if err := yaml.UnmarshalWithOptions(src, &s, yaml.Strict()); err != nil {
				t.Fatal(err)
			}
			got := tell(t, s)
			golden := strings.TrimSuffix(f, ".story.yml") + ".golden.txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs from what the panel would read now:\n%s", golden, got)
			}
		})
	}
}

func parseDay(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// looks spells out a unit's weeks.
func (u unitDoc) looks(t testing.TB, from, asOf time.Time) []Look {
	t.Helper()
	var out []Look
	for week := from; !week.AddDate(0, 0, 6).After(asOf); week = week.AddDate(0, 0, 7) {
		v := rules.NewValues()
		set := func(m map[string]any) {
			for name, raw := range m {
				switch x := raw.(type) {
				case nil:
					v.Set(name, nan)
				case string:
					since, ok := strings.CutPrefix(x, "days since ")
					if !ok {
						t.Fatalf("%s: %q", name, x)
					}
					days := week.AddDate(0, 0, 6).Sub(parseDay(t, since)).Hours() / 24
					if err := v.Set(name, days); err != nil {
						t.Fatal(err)
					}
				default:
					var f float64
					fmt.Sscan(fmt.Sprint(x), &f)
					if err := v.Set(name, f); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		set(u.Always)
		for _, p := range u.Phases {
			if !week.Before(parseDay(t, p.From)) {
				set(p.Set)
			}
		}
		l := Look{Week: week, Values: v}
		for name, s := range u.Signal {
			if l.Signals == nil {
				l.Signals = map[string]Signal{}
			}
			l.Signals[name] = Signal{Expected: rules.Known(s["expected"]), UsualLow: rules.Known(s["low"]), UsualHigh: rules.Known(s["high"]), OneIn: int64(s["one_in"])}
		}
		out = append(out, l)
	}
	return out
}

func tell(t *testing.T, s story) string {
	t.Helper()
	set, err := sets.Load(s.Set)
	if err != nil {
		t.Fatal(err)
	}
	asOf := parseDay(t, s.AsOf)
	b := NewBuilder(set, asOf)
	for _, u := range s.Units {
		if err := b.Add(Unit{Kind: rules.UnitKind(u.Unit), ID: u.ID, ProviderIDs: u.Providers, Looks: u.looks(t, parseDay(t, s.From), asOf)}); err != nil {
			t.Fatal(err)
		}
	}
	var ds []Decision
	for _, d := range s.Done {
		l, _ := rules.ParseLevel(d.Level)
		ds = append(ds, Decision{ProviderID: d.Provider, On: parseDay(t, d.On), Kind: DecisionKind(d.Kind), Level: l, FailureKind: rules.FailureKind(d.Failure), Reason: d.Reason})
	}
	res, err := b.Result(ds)
	if err != nil {
		t.Fatal(err)
	}
	return page(s, res)
}

// page writes a result as a panel member would read it.
func page(s story, res Result) string {
	var b strings.Builder
	day := func(t time.Time) string { return t.Format("2 Jan 2006") }
	fmt.Fprintf(&b, "%s\nRules: %s. As of %s.\n", s.Title, s.Set, day(dayOf(parseISO(s.AsOf)).date()))
	for _, p := range res.Levels {
		fmt.Fprintf(&b, "\n%s: %s", p.ProviderID, p.Level.Title())
		if p.FailureKind != "" {
			fmt.Fprintf(&b, " (%s)", p.FailureKind)
		}
		if p.MovedOn.IsZero() {
			b.WriteString(", all the time\n")
		} else {
			fmt.Fprintf(&b, " since %s, before that %s\n", day(p.MovedOn), p.PreviousLevel.Title())
		}
		fmt.Fprintf(&b, "  %s\n", p.Headline)
		was := rules.Level(-1)
		for _, w := range res.Weeks {
			if w.ProviderID == p.ProviderID && w.Level != was {
				fmt.Fprintf(&b, "  from the week of %s: %s\n", day(w.Week), w.Level.Title())
				was = w.Level
			}
		}
		for _, f := range res.Flags {
			if f.ProviderID != p.ProviderID {
				continue
			}
			if f.CoveredBy != "" {
				fmt.Fprintf(&b, "\n  [open, said above] %s\n", f.RuleTitle)
				continue
			}
			where := f.LocationID
			if where == "" {
				where = "whole provider"
			}
			fmt.Fprintf(&b, "\n  [%s, %s, %s] %s - %s, %s\n", f.State, f.Strength, f.Basis, f.RuleTitle, f.Level.Title(), where)
			fmt.Fprintf(&b, "    %s\n", f.Sentence)
			fmt.Fprintf(&b, "    Began %s, last seen %s", day(f.OpenedOn), day(f.LastMetOn))
			if !f.ClearedOn.IsZero() {
				fmt.Fprintf(&b, ", cleared %s", day(f.ClearedOn))
			}
			if f.CorroboratedBy != "" {
				fmt.Fprintf(&b, "; counts from %s, with %s", day(f.CountsFrom), f.CorroboratedBy)
			}
			b.WriteString(".\n")
			if f.Citation != "" {
				fmt.Fprintf(&b, "    Text: %s.\n", f.Citation)
			}
			fmt.Fprintf(&b, "    %s\n    To ask: %s\n    %s\n", f.Counterfactual, f.Asks, f.Coverage)
		}
	}
	b.WriteString("\nWork list:")
	for _, i := range res.Items {
		line := "above the line"
		if !i.WithinShare {
			line = "below the line"
		}
		fmt.Fprintf(&b, " %d. %s (%s, %d %s, %s).", i.Rank, i.ProviderID, i.Level.Title(), len(i.Reasons), plural(len(i.Reasons), "reason"), line)
	}
	if len(res.Items) == 0 {
		b.WriteString(" nobody.")
	}
	fmt.Fprintf(&b, "\n%s\n", res.Load.Text)
	return b.String()
}

func plural(n int, w string) string {
	if n == 1 {
		return w
	}
	return w + "s"
}

func parseISO(s string) time.Time {
	d, _ := time.Parse(time.DateOnly, s)
	return d
}

// tellSet gives the result of one home whose concerns and complaints are far up.
func tellSet(t *testing.T) Result {
	t.Helper()
	set, err := sets.Load(sets.Default)
	if err != nil {
		t.Fatal(err)
	}
	b := NewBuilder(set, week(300))
	u := Unit{Kind: rules.UnitLocation, ID: "A", ProviderIDs: []string{"P"}}
	for i := range 4 {
		v, err := rules.ValuesOf(vals{"concerns_12w": 9, "concerns_52w": 12, "funnel_z": 3.4, "complaints_12w": 3, "funnel_z_complaints": 1.5})
		if err != nil {
			t.Fatal(err)
		}
		u.Looks = append(u.Looks, Look{Week: week(i), Values: v})
	}
	if err := b.Add(u); err != nil {
		t.Fatal(err)
	}
	res, err := b.Result(nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func BenchmarkMarket(b *testing.B) {
	set, err := sets.Load(sets.Default)
	if err != nil {
		b.Fatal(err)
	}
	var units []Unit
	for h := range 100 {
		u := Unit{Kind: rules.UnitLocation, ID: fmt.Sprint("L", h), ProviderIDs: []string{fmt.Sprint("P", h/3)}}
		for i := range 104 {
			v, _ := rules.ValuesOf(vals{"rating_overall": 3, "rating_direction": 0, "rating_age_days": 900, "rating_safe": 3, "key_questions_inadequate": 0,
				"manager_absent_days": 0, "concerns_12w": float64(h % 7), "concerns_26w": 6, "concerns_52w": 9, "distinct_staff_26w": 0, "theme_adults_26w": 2,
				"theme_share_26w": 0.4, "staff_repeat_26w": 1, "funnel_z": float64((h+i)%40) / 10, "scan_score": 0.3, "complaints_12w": 1, "complaints_52w": 3,
				"complaints_upheld_52w": 1, "complaint_theme_repeat_52w": 0, "funnel_z_complaints": 0.2})
			u.Looks = append(u.Looks, Look{Week: week(i), Values: v})
		}
		units = append(units, u)
	}
	b.ReportAllocs()
	for b.Loop() {
		bl := NewBuilder(set, week(300))
		for _, u := range units {
			if err := bl.Add(u); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := bl.Result(nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*100*104/b.Elapsed().Seconds(), "looks/s")
}
