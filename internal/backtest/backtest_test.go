package backtest

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	measure "bellwether/analytics/backtest"
	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/replay"
)

const set = `set: trial
version: "1"
title: Trial
policy: {clear_weeks: 3}
rules:
  - {id: many, title: Many, level: provider_concern, strength: hard, basis: local, citation: {document: D, clause: "1"}, unit: location, evidence: safeguarding, needs: [safeguarding_concerns],
     when: concerns_12w >= 6.0, observed: concerns_12w, measure: concerns, threshold: 6, window_weeks: 12, says: "{concerns_12w:n} concerns.", clears_when: Fewer., asks: Why?}
  - {id: inadequate, title: Inadequate, level: provider_concern, strength: hard, basis: local, citation: {document: D, clause: "2"}, unit: location, evidence: cqc, needs: [cqc_api],
     when: rating_overall == 1.0, starts: [rating_age_days], measure: rating, observed: rating_overall, threshold: 1, says: Rated., clears_when: Better., asks: Why?}
`

var start = time.Date(2023, 1, 2, 0, 0, 0, 0, time.UTC)

// county has three homes over 160 weeks: A's concerns rise in week 100 and its rating falls in week 110; B is quiet and closes in
// week 120; C always has three concerns.
func county(t *testing.T) *replay.Market {
	t.Helper()
	s, err := rules.Load("trial.yml", []byte(set))
	if err != nil {
		t.Fatal(err)
	}
	m := &replay.Market{AsOf: start.AddDate(0, 0, 7*160-1), Set: s, SetHash: s.Hash, First: start, Last: start.AddDate(0, 0, 7*159)}
	for _, id := range []string{"A", "B", "C"} {
		home := flags.Unit{Kind: rules.UnitLocation, ID: id, ProviderIDs: []string{"P" + id}}
		owner := flags.Unit{Kind: rules.UnitProvider, ID: "P" + id, ProviderIDs: []string{"P" + id}}
		for w := range 160 {
			at := map[string]float64{"concerns_12w": 0, "rating_overall": 3, "rating_age_days": float64(400 + 7*w), "scan_score": -1, "service_stopped": 0}
			running := 1.0
			switch {
			case id == "A" && w >= 110:
				at["concerns_12w"], at["scan_score"], at["rating_overall"], at["rating_age_days"] = 9, 4, 1, float64(7*(w-110)+3)
			case id == "A" && w >= 100:
				at["concerns_12w"], at["scan_score"] = 9, 4
			case id == "B" && w >= 120:
				at["service_stopped"], running = 1, 0
			case id == "C":
				at["concerns_12w"] = 3
			}
			v, err := rules.ValuesOf(at)
			if err != nil {
				t.Fatal(err)
			}
			pv, _ := rules.ValuesOf(map[string]float64{"running": running})
			home.Looks = append(home.Looks, flags.Look{Week: start.AddDate(0, 0, 7*w), Values: v})
			owner.Looks = append(owner.Looks, flags.Look{Week: start.AddDate(0, 0, 7*w), Values: pv})
		}
		m.Units = append(m.Units, home, owner)
	}
	return m
}

func sunday(w int) int { return day(start) + 7*w + 6 }

var few = measure.Resampling{Times: 20, Seed: 1}

func replayed(t *testing.T) *history {
	t.Helper()
	m := county(t)
	h := newHistory(m, Options{Horizon: 182})
	if h == nil {
		t.Fatal("no history")
	}
	var err error
	if h.result, err = m.Find(m.Set); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestWhoIsWatchedWhen(t *testing.T) {
	h := replayed(t)
	if h.from != day(start.AddDate(1, 0, 0)) || len(h.watched) != 3 {
		t.Fatalf("from %d, %+v", h.from, h.watched)
	}
	for _, w := range h.watched {
		until := h.to + 1
		if w.Unit == "PB" {
			until = sunday(119) + 8 // the week in which it stopped is the last that it is watched
		}
		if w.From != h.from || w.To != until {
			t.Errorf("%s is watched from %d to %d, want %d to %d", w.Unit, w.From, w.To, h.from, until)
		}
	}
	if later := newHistory(county(t), Options{Since: start.AddDate(2, 0, 0)}); later.from != day(start.AddDate(2, 0, 0)) {
		t.Error("--since is not heeded")
	}
	if newHistory(&replay.Market{}, Options{}) != nil {
		t.Error("a history of nothing")
	}
	short := county(t)
	short.AsOf = start.AddDate(0, 6, 0)
	if newHistory(short, Options{}) != nil {
		t.Error("half a year is no history")
	}
}

func TestAlertsAndWhatFollowed(t *testing.T) {
	h := replayed(t)
	all := h.alerts(rules.ProviderConcern, "")
	if len(all) != 1 || all[0].Unit != "PA" || all[0].From != sunday(100) || all[0].To != h.to+1 {
		t.Fatalf("%+v, want A from %d", all, sunday(100))
	}
	if cqc := h.alerts(rules.ProviderConcern, rules.Safeguarding); len(cqc) != 1 || cqc[0].From != sunday(110) {
		t.Errorf("without safeguarding: %+v", cqc)
	}
	if none := h.alerts(rules.ProviderFailure, ""); len(none) != 0 {
		t.Errorf("failures: %+v", none)
	}
	reports := h.measureAll(map[string][]measure.Outcome{"downgrade": {{Unit: "PA", On: sunday(109) + 4}}, "closure": {{Unit: "PB", On: sunday(119) + 3}}}, Options{Horizon: 182, Draws: few})
	if len(reports) != len(kinds)-1 {
		t.Fatalf("%d outcomes", len(reports))
	}
	for _, o := range reports {
		switch o.Name {
		case "downgrade":
			r := o.Methods[0]
			if o.Outcomes != 1 || r.Precision.N != 1 || r.Recall.N != 1 || r.Lead.Median.Value != float64(9*7+4) {
				t.Errorf("downgrade: %+v", r)
			}
			if o.Areas[0].Events == 0 || o.Areas[0].AUC.Value <= 0.5 {
				t.Errorf("ranking: %+v", o.Areas[0])
			}
		case "closure":
			if r := o.Methods[0]; o.Outcomes != 1 || r.Recall.N != 0 || r.Precision.N != 0 || r.Recall.Of != 1 {
				t.Errorf("closure: %+v", r)
			}
		default:
			if o.Silence == "" || len(o.Methods) > 0 {
				t.Errorf("%s: nothing happened and %d methods speak (%q)", o.Name, len(o.Methods), o.Silence)
			}
		}
	}
}

// No baseline may use more of the panel's time than the rules do.
func TestBaselinesKeepToTheLoadOfTheRules(t *testing.T) {
	h := replayed(t)
	q := measure.Question{Watched: h.watched, Outcomes: []measure.Outcome{{Unit: "PA", On: sunday(109)}}, Horizon: 182}
	methods := h.methods(q, Options{Draws: few})
	ours := map[string]float64{}
	for _, m := range methods {
		for _, level := range []string{"provider_concern", "pre_provider_concern"} {
			if m.Name == "rules_"+level {
				ours[level] = m.TimeAlerted
			}
		}
	}
	for _, m := range methods {
		for level, load := range ours {
			if strings.HasSuffix(m.Name, "w_"+level) || m.Name == "rating_age_"+level {
				if m.TimeAlerted > load+0.02 {
					t.Errorf("%s is alerted %.3f of the time, the rules %.3f", m.Name, m.TimeAlerted, load)
				}
			}
		}
	}
	if last := methods[len(methods)-1]; last.Name != "three_in_12w" || last.Alerts == 0 || last.Recall.N != 1 {
		t.Errorf("three in twelve weeks: %+v", last)
	}
}

func TestPlantedStories(t *testing.T) {
	h := replayed(t)
	o := h.planted(Options{Draws: few, Truth: []Planted{{"rise", []string{"PA"}, start.AddDate(0, 0, 7*98)}, {"missed", []string{"PC"}, start.AddDate(0, 0, 7*98)}}})
	p := o.Planted[0]
	if o.Outcomes != 2 || p.Found.N != 1 || p.Found.Of != 2 || p.Belong.N != 1 || p.Belong.Of != 1 || p.Delay.Value != 20 {
		t.Errorf("%+v", p)
	}
}

func TestScoresOfAWeekAreFinite(t *testing.T) {
	h := replayed(t)
	ours := h.ours("")
	for _, w := range h.looks {
		for name, x := range map[string]float64{"ours": ours(w), "rating": w.rating, "concerns": w.concerns} {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Fatalf("%s of %s in the week of %d is %g", name, w.provider, w.on, x)
			}
		}
	}
	if x := ours(week{provider: "nobody", evidence: math.Inf(-1)}); x != 0 {
		t.Errorf("a provider of whom nothing is known scores %g", x)
	}
}

func report(t *testing.T) *Report {
	h := replayed(t)
	rep := &Report{Snapshot: "abc", AsOf: "2026-01-25", RuleSet: "trial <1>", RuleSetHash: strings.Repeat("0", 64), HorizonDays: 182, Since: "2024-01-02", Until: "2026-01-25", Providers: 3, Draws: 20, Seed: 1}
	rep.Outcomes = h.measureAll(map[string][]measure.Outcome{"downgrade": {{Unit: "PA", On: sunday(109)}}}, Options{Horizon: 182, Draws: few, Truth: []Planted{{"rise", []string{"PA"}, start}}})
	rep.Public = []PublicReport{{Title: "Register", Outcomes: []PublicOutcome{{"closed", "Closed", measure.Foretell(nil, func(measure.Moment) bool { return true }, func(measure.Moment) bool { return true }, few)}}}}
	return rep
}

// The page stands alone: nothing to fetch, nothing to run, every table with a caption and scoped headers, one heading of the first rank.
func TestTheReportIsOnePageThatStandsAlone(t *testing.T) {
	var b bytes.Buffer
	if err := report(t).HTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, banned := range []string{"<script", "http://", "https://", "src=", " on", "NaN", "Inf", "<nil>", "%!", "accuracy"} {
		if banned == " on" {
			if m := regexp.MustCompile(`\son[a-z]+=`).FindString(page); m != "" {
				t.Errorf("the page runs something: %q", m)
			}
			continue
		}
		if strings.Contains(page, banned) {
			t.Errorf("the page holds %q", banned)
		}
	}
	for _, want := range []string{`<html lang="en-GB">`, "<title>", "Overall rating lowered", "Lead times", "trial &lt;1&gt;", "The run was given no decisions of a panel.", "Planted stories", "cannot be told"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := strings.Count(page, "<h1"); n != 1 {
		t.Errorf("%d headings of the first rank", n)
	}
	if tables, captions := strings.Count(page, "<table"), strings.Count(page, "<caption"); tables != captions || tables == 0 {
		t.Errorf("%d tables, %d captions", tables, captions)
	}
	if m := regexp.MustCompile(`<th>|<th class`).FindString(page); m != "" {
		t.Error("a header cell without a scope")
	}
}

func TestTheReportIsJSONWithoutHoles(t *testing.T) {
	src, err := json.Marshal(report(t))
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(src, &back); err != nil || back.Outcomes[0].Methods[0].Recall.Of != 1 {
		t.Errorf("%v", err)
	}
}

func TestWordsForNumbers(t *testing.T) {
	if got := ShareText(measure.Wilson(3, 12)); got != "3 of 12, 25 % (9 to 53)" {
		t.Error(got)
	}
	if ShareText(measure.Share{}) != "none to judge" || EstimateText(measure.Estimate{}) != "cannot be told" || daysText(measure.Estimate{}) != "none" {
		t.Error("nothing has a number")
	}
	if got := EstimateText(measure.Estimate{Value: 0.712, Low: 0.6, High: 0.81, Known: true}); got != "0.71 (0.60 to 0.81)" {
		t.Error(got)
	}
	n := 0
	for _, b := range bars([]float64{1, 30, 31, 90, 182, 183, 365, 366, 4000}) {
		n += b.N
	}
	if n != 9 {
		t.Errorf("%d of 9 leads are in a class", n)
	}
}
