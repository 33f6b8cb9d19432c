package measure

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bellwether/analytics/rules"
	"bellwether/dashboard/read"
)

// Every indicator of the catalogue has a way of being summed up that fits what it measures.
func TestEveryIndicatorHasAMeasure(t *testing.T) {
	all := All()
	if len(all) != len(rules.Catalogue()) {
		t.Fatalf("%d measures of %d indicators", len(all), len(rules.Catalogue()))
	}
	for _, m := range all {
		if m.Name == "" || strings.HasSuffix(m.Name, ".") || m.Asked("area") == "" || m.Column("area") == "" || m.Group() == "" {
			t.Errorf("%s: %+v", m.ID, m)
		}
		if m.How == Share && m.Yes == "" {
			t.Errorf("%s: no value is a yes", m.ID)
		}
	}
	for _, tc := range []struct {
		id      string
		how     How
		yes     string
		public  bool
		percent bool
		against bool // providers are compared
	}{
		{"manager_absent_days", Middle, "", true, false, true}, {"rating_overall", Share, "low", true, false, true}, {"rating_direction", Share, "down", true, false, true},
		{"rating_never", Share, "one", true, false, true}, {"concerns_12w", Rate, "", false, false, true}, {"incidents_26w", Rate, "", false, false, true},
		{"enquiries_12w", Rate, "", false, false, false}, {"conversion_share_52w", Middle, "", false, true, false}, {"concerns_unknown_12w", Rate, "", false, false, false},
		{"occupancy_share", Middle, "", false, true, true}, {"actions_overdue", Mean, "", false, false, true}, {"beds", Mean, "", true, false, true},
		{"accounts_overdue_days", Middle, "", true, false, true}, {"risk_signs", Mean, "", false, false, true}, {"brand_locations", Mean, "", true, false, false},
		{"scan_score", Middle, "", false, false, true}, {"ombudsman_upheld_730d", Mean, "", false, false, true},
	} {
		m, ok := Find(tc.id)
		compared, _ := m.Compared()
		if !ok || m.How != tc.how || m.Yes != tc.yes || m.Public != tc.public || m.Percent != tc.percent || compared != tc.against {
			t.Errorf("%s: %+v, compared %v", tc.id, m, compared)
		}
	}
	if _, ok := Find("unit_id"); ok {
		t.Error("a column that is no indicator is measured")
	}
}

func num(f float64) *float64 { return &f }

func TestValues(t *testing.T) {
	concerns, _ := Find("concerns_12w")
	low, _ := Find("visit_below_good")
	days, _ := Find("visit_age_days")
	share, _ := Find("occupancy_share")
	plans, _ := Find("actions_overdue")
	rating, _ := Find("rating_overall")
	for _, tc := range []struct {
		name          string
		m             Measure
		p             read.IndicatorPoint
		exact         bool
		ok, hidden    bool
		at, low, high float64
		counted       string
	}{
		{"nothing known", concerns, read.IndicatorPoint{Units: 9}, true, false, false, 0, 0, 0, ""},
		{"a rate", concerns, read.IndicatorPoint{Known: 10, Total: 12, Exposure: 400}, true, true, false, 3, 1.549, 5.240, "12"},
		{"a rate, rounded", concerns, read.IndicatorPoint{Known: 10, Total: 12, Exposure: 400}, false, true, false, 2.5, 1.199, 4.598, "10"},
		{"a rate of few", concerns, read.IndicatorPoint{Known: 10, Total: 4, Exposure: 400}, false, false, true, 0, 0, 0, ""},
		{"a rate of a few services", concerns, read.IndicatorPoint{Known: 4, Total: 12, Exposure: 400}, false, false, true, 0, 0, 0, ""},
		{"no beds", concerns, read.IndicatorPoint{Known: 10, Total: 12}, true, false, false, 0, 0, 0, ""},
		{"a share", low, read.IndicatorPoint{Known: 20, Yes: 5}, true, true, false, 25, 11.19, 46.87, "5"},
		{"a share of few", low, read.IndicatorPoint{Known: 20, Yes: 3}, false, false, true, 0, 0, 0, ""},
		{"a public share of few", rating, read.IndicatorPoint{Known: 3, Yes: 1}, false, true, false, 33.33, 6.15, 79.23, "1"},
		{"a middle value", days, read.IndicatorPoint{Known: 9, Q25: num(10), Middle: num(40), Q75: num(90)}, true, true, false, 40, 10, 90, ""},
		{"a middle share", share, read.IndicatorPoint{Known: 9, Q25: num(0.5), Middle: num(0.8), Q75: num(0.9)}, true, true, false, 80, 50, 90, ""},
		{"a middle value of few services", days, read.IndicatorPoint{Known: 2, Q25: num(10), Middle: num(40), Q75: num(90)}, false, false, true, 0, 0, 0, ""},
		{"a mean", plans, read.IndicatorPoint{Known: 4, Total: 8, Squares: 24}, true, true, false, 2, 0.4, 3.6, "8"},
		{"a mean of one", plans, read.IndicatorPoint{Known: 1, Total: 8, Squares: 64}, true, true, false, 8, 8, 8, "8"},
		{"a mean, rounded", plans, read.IndicatorPoint{Known: 6, Total: 8, Squares: 24}, false, true, false, 10.0 / 6, 10.0 / 6, 10.0 / 6, "10"},
	} {
		v := tc.m.Of(tc.p, tc.exact)
		near := func(a, b float64) bool { return math.Abs(a-b) < 0.1 }
		if v.OK != tc.ok || v.Hidden != tc.hidden || !near(v.At, tc.at) || !near(v.Low, tc.low) || !near(v.High, tc.high) || v.Counted != tc.counted {
			t.Errorf("%s: %+v", tc.name, v)
		}
	}
}

// Wilson's interval for 81 of 263 is 0.2553 to 0.3662 (Newcombe 1998, Statistics in Medicine 17:857, table I).
func TestWilson(t *testing.T) {
	low, high := Wilson(81, 263)
	if math.Abs(low-0.2553) > 5e-5 || math.Abs(high-0.3662) > 5e-5 {
		t.Errorf("%v to %v", low, high)
	}
	if low, high := Wilson(0, 0); low != 0 || high != 0 {
		t.Errorf("nothing asked: %v to %v", low, high)
	}
}

func peers(n int) []read.IndicatorPeer {
	var out []read.IndicatorPeer
	for i := range n {
		out = append(out, read.IndicatorPeer{ProviderID: string(rune('a' + i)), Known: 4, Total: 4, Squares: 8, Yes: 1, Due: 4, Seen: i%2 == 0})
	}
	return out
}

func TestAProviderFarFromTheOthersComesFirstAndBeyond(t *testing.T) {
	for _, id := range []string{"concerns_12w", "visit_below_good", "actions_overdue", "visit_age_days"} {
		m, _ := Find(id)
		list := peers(20)
		list[6].Total, list[6].Squares, list[6].Yes = 60, 900, 4
		if m.How == Share {
			list[6].Known, list[6].Yes = 40, 40
		}
		c, err := m.Compare(list)
		if err != nil || !c.Funnel || len(c.Placed) != 20 {
			t.Fatalf("%s: %v, %+v", id, err, c)
		}
		if c.Placed[0].ProviderID != "g" || !c.Placed[0].Beyond() {
			t.Errorf("%s: first %+v", id, c.Placed[0])
		}
		if c.Placed[19].Beyond() {
			t.Errorf("%s: a provider like the others is beyond: %+v", id, c.Placed[19])
		}
		for _, p := range c.Seen() {
			if !p.Seen {
				t.Errorf("%s: a provider that may not be named is", id)
			}
		}
	}
}

func TestComparisonsThatCannotBe(t *testing.T) {
	m, _ := Find("concerns_12w")
	for name, list := range map[string][]read.IndicatorPeer{"nobody": nil, "one": peers(1), "four": peers(4), "no exposure": {{Known: 1, Total: 1}, {Known: 1}, {Known: 2}, {Known: 2}, {Known: 2}}} {
		c, err := m.Compare(list)
		if err != nil || len(c.Placed) != 0 {
			t.Errorf("%s: %v, %+v", name, err, c)
		}
	}
	company, _ := Find("accounts_overdue_days")
	c, err := company.Compare(peers(12))
	if err != nil || c.Funnel || len(c.Placed) != 12 || c.Placed[0].From != c.Placed[0].To {
		t.Errorf("single values: %v, %+v", err, c)
	}
}

// Whatever the numbers, no figure is NaN, every interval holds its figure, and the order of providers given changes nothing.
func TestPlacesAreFiniteAndOrderly(t *testing.T) {
	ids := []string{"concerns_12w", "visit_below_good", "actions_overdue", "visit_age_days", "accounts_overdue_days", "occupancy_share"}
	rapid.Check(t, func(r *rapid.T) {
		m, _ := Find(rapid.SampledFrom(ids).Draw(r, "indicator"))
		n := rapid.IntRange(0, 12).Draw(r, "providers")
		var list []read.IndicatorPeer
		for i := range n {
			known := rapid.Int64Range(0, 30).Draw(r, "known")
			total := float64(rapid.IntRange(0, 1_000_000).Draw(r, "total"))
			if known == 0 {
				total = 0
			}
			mean := total / math.Max(1, float64(known))
			list = append(list, read.IndicatorPeer{ProviderID: string(rune('a' + i)), Known: known, Total: total, Squares: float64(known) * mean * mean, Yes: rapid.Int64Range(0, known).Draw(r, "yes"),
				Due: rapid.Float64Range(0, 100).Draw(r, "due"), Seen: true})
		}
		c, err := m.Compare(list)
		if err != nil {
			r.Fatal(err)
		}
		for _, p := range c.Placed {
			for _, v := range []float64{p.Across, p.At, p.From, p.To, p.Lower95, p.Upper95, p.Z} {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					r.Fatalf("%+v", p)
				}
			}
			if c.Funnel && (p.From > p.At+1e-6 || p.To < p.At-1e-6) {
				r.Fatalf("the interval misses the figure: %+v", p)
			}
		}
		back := make([]read.IndicatorPeer, 0, n)
		for i := range list {
			back = append(back, list[n-1-i])
		}
		d, err := m.Compare(back)
		if err != nil || len(d.Placed) != len(c.Placed) || math.Abs(d.Centre-c.Centre) > 1e-6*math.Max(1, c.Centre) {
			r.Fatalf("in another order: %v, %v against %v", err, d.Centre, c.Centre)
		}
	})
}
