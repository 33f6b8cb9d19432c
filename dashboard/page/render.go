package page

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"time"

	"bellwether/dashboard/chart"
	"bellwether/dashboard/link"
	"bellwether/dashboard/read"
	"bellwether/dashboard/templates"
	"bellwether/dashboard/words"
)

// parseTemplates makes one set a page: the layout, the shared parts and the page's own main block.
func parseTemplates(s *Server, rooms template.FuncMap) (map[string]*template.Template, error) {
	shared, err := template.New("").Funcs(s.funcs()).Funcs(rooms).ParseFS(templates.Files, "layout.html", "parts.html", "analytics.html")
	if err != nil {
		return nil, fmt.Errorf("page: templates: %w", err)
	}
	files, err := fs.Glob(templates.Files, "*.html")
	if err != nil {
		return nil, fmt.Errorf("page: templates: %w", err)
	}
	out := map[string]*template.Template{}
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f), ".html")
		if name == "layout" || name == "parts" || name == "analytics" {
			continue
		}
		set, err := shared.Clone()
		if err == nil {
			set, err = set.ParseFS(templates.Files, f)
		}
		if err != nil {
			return nil, fmt.Errorf("page: template %s: %w", name, err)
		}
		out[name] = set
	}
	return out, nil
}

// mark is a level as a template draws it: a letter in a shape, then the word.
type mark struct {
	Level  int
	Letter string
	Name   string
	Kind   string
	Solid  bool
}

func (s *Server) mark(level any, kind string) mark {
	l := int(min(max(toInt(level), 0), 3))
	m := mark{Level: l, Letter: [4]string{"M", "P", "C", "F"}[l], Name: s.Config.Words.Levels[l], Kind: kind, Solid: true}
	if l == 0 || (l == 3 && kind == "risk") {
		m.Solid = false
	}
	if l == 3 && kind == "risk" {
		m.Name = "risk of " + m.Name
	}
	return m
}

func (s *Server) funcs() template.FuncMap {
	return template.FuncMap{
		"asset": s.Assets.URL, "mark": s.mark,
		"level":    func(level any) string { return s.Config.Words.Levels[min(max(toInt(level), 0), 3)] },
		"date":     words.Date,
		"dateof":   words.DateOf,
		"longdate": func(t time.Time) string { return t.Format("Mon 2 Jan 2006") },
		"iso":      func(t time.Time) string { return t.Format(time.DateOnly) },
		"moment":   words.Moment,
		"minutes":  func(seconds int) string { return words.Plural(seconds/60, "minute") },
		"int":      words.Int,
		"intof":    words.IntOf,
		"num":      func(f *float64) string { return words.DecimalOf(f, 1) },
		"money":    moneyOf,
		"plural":   func(n int64, noun string) string { return words.Plural(int(n), noun) },
		"spell":    func(n int64, noun string) string { return words.Spell(int(n), noun) },
		"age":      func(days int64) string { return words.Age(int(days)) },
		"ageof":    words.AgeOf,
		"label":    words.Label, "capital": words.Capital, "fix": words.Fix, "source": words.SourceName, "clip": words.Clip,
		"provider": link.Provider, "flag": link.Flag, "location": link.Location, "review": link.Review, "caselink": link.Case, "anchor": func(s string) string { return strings.ReplaceAll(s, "/", "-") }, "address": link.With, "records": link.Records,
		"figure": func(f float64) string { return words.Decimal(f, words.Decimals(f)) }, "isodate": isoDate,
		"num2":  func(f float64) string { return words.Decimal(f, 1) },
		"str64": func(n int) int64 { return int64(n) }, "share": shareOf, "viewlink": viewLink,
		"percent": words.Percent, "list": func(items ...string) []string { return items }, "chosenname": chosenName,
		"dict": dict, "bars": chart.Bars, "weekbars": weekBars, "spark": chart.Spark,
		"str":      func(v any) string { return fmt.Sprint(v) },
		"rowcount": func(v []read.FlagRow) int64 { return int64(len(v)) },
		"len64":    func(v []read.Evidence) int64 { return int64(len(v)) },
		"deref":    func(n *int64) int64 { return *n },
		"plural64": func(n *int64, noun string) string { return words.Plural(int(*n), noun) },
	}
}

// isoDate writes a date that comes as 2026-03-14 as a page does.
func isoDate(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return words.Unknown
	}
	return words.Date(t)
}

// weekBars draws counts by week.
func weekBars(counts []int64) template.URL {
	heights := make([]float64, len(counts))
	for i, n := range counts {
		heights[i] = float64(n)
	}
	return chart.Bars(heights)
}

// toInt takes the kinds of whole number that templates hold.
func toInt(v any) int64 {
	switch n := v.(type) {
	case int:
		return int64(n)
	case int64:
		return n
	default:
		return 0
	}
}

func moneyOf(f *float64) string {
	if f == nil {
		return words.Unknown
	}
	return words.Money(*f)
}

// chosenName gives a chosen provider's name where the reader may see it, and its id otherwise.
func chosenName(services []read.Stopping, id string) string {
	for _, s := range services {
		if s.ProviderID == id {
			return words.Clip(s.ProviderName, 70)
		}
	}
	return id
}

// dict passes several named values to a part.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict takes pairs, got %d values", len(pairs))
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		k, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict key %d is a %T", i/2, pairs[i])
		}
		m[k] = pairs[i+1]
	}
	return m, nil
}

// shareOf writes a share in per cent that may be missing.
func shareOf(f *float64) string {
	if f == nil {
		return words.Unknown
	}
	return words.Decimal(*f, 0) + "%"
}

// viewLink leads to a kept list.
func viewLink(query string) string {
	if query == "" {
		return "/providers"
	}
	return "/providers?" + query
}
