package gen

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Truth is what the county holds on purpose: the answers to the exercise.
type Truth struct {
	Title   string  `json:"title"`
	Note    string  `json:"note"`
	Seed    uint64  `json:"seed"`
	AsOf    string  `json:"as_of"`
	Stories []Story `json:"stories"`
}

// Story is one planted story. Of MustFlag and MustNotFlag at most one is true; where neither
// is, the story is about the data and the panel should see what Sees says.
type Story struct {
	ID          string      `json:"id"`
	Kind        string      `json:"kind"`
	ProviderID  string      `json:"provider_id,omitempty"`
	ProviderIDs []string    `json:"provider_ids,omitempty"`
	BrandID     string      `json:"brand_id,omitempty"`
	LocationIDs []string    `json:"location_ids"`
	Source      string      `json:"source,omitempty"`
	StartsOn    string      `json:"starts_on"`
	Sees        string      `json:"panel_should_see"`
	MustFlag    bool        `json:"must_flag"`
	MustNotFlag bool        `json:"must_not_flag"`
	MinLevel    int         `json:"min_level"`
	MaxLevel    *int        `json:"max_level,omitempty"` // for a story that must not be flagged
	FailureKind string      `json:"failure_kind,omitempty"`
	ByWhen      string      `json:"by_when,omitempty"`
	Signals     []string    `json:"signals,omitempty"` // indicators that reach their limit at the as-of date
	Why         string      `json:"why"`
	Records     []string    `json:"records,omitempty"`
	Corrected   []string    `json:"corrected,omitempty"`
	Late        []string    `json:"late,omitempty"`
	Broken      []brokenRow `json:"broken,omitempty"`
}

func (c *county) truth() Truth {
	zero := 0
	ids := func(ls ...*location) []string {
		out := []string{}
		for _, l := range ls {
			out = append(out, l.id)
		}
		return out
	}
	var groupProviders []string
	for _, v := range c.cast.group.providers {
		groupProviders = append(groupProviders, v.id)
	}
	k := c.cast
	return Truth{
		Title: "Planted stories of Larkshire",
		Note:  "Fictional. The county, its providers, homes, people and authorities do not exist.",
		Seed:  c.seed, AsOf: AsOf.ISO(),
		Stories: []Story{
			{ID: "cluster", Kind: "sudden_cluster", ProviderID: k.cluster.provider.id, LocationIDs: ids(k.cluster), StartsOn: clusterFrom.ISO(),
				Sees:     "For sixteen weeks about six times the concerns about its own care that a home of 60 beds would have, still running; complaints rose with them until the complaints log stopped.",
				MustFlag: true, MinLevel: 2, ByWhen: (clusterFrom + 84).ISO(), Signals: []string{"funnel_z", "scan_score", "funnel_z_complaints"},
				Why: "A sudden jump in a mid-size home that two independent streams agree on."},
			{ID: "decline", Kind: "slow_decline", ProviderID: k.decline.provider.id, LocationIDs: ids(k.decline), StartsOn: managerLeft.ISO(),
				Sees:     "The registered manager has been away since 2 March 2026; concerns about its care rise step by step to about four times the expected number (three times over the half-year), complaints about medication and safety follow, and on 27 August 2026 the rating falls to requires improvement.",
				MustFlag: true, MinLevel: 1, ByWhen: (managerLeft + 98).ISO(), Signals: []string{"manager_absent_days", "funnel_z", "scan_score", "rating_overall"},
				Why: "No registered manager for more than 28 days, then a rise that no single week would show."},
			{ID: "pattern", Kind: "same_theme_and_staff", ProviderID: k.pattern.provider.id, LocationIDs: ids(k.pattern), StartsOn: patternFrom.ISO(),
				Sees:     "No more concerns than a home of this size usually has, but every one about physical abuse, by the same two members of staff, against five different people.",
				MustFlag: true, MinLevel: 2, ByWhen: day("2026-08-31").ISO(), Signals: []string{"distinct_staff_26w", "theme_adults_26w", "theme_share_26w", "staff_repeat_26w"},
				Why: "Repetition counts for more than volume: counts alone would never find this home."},
			{ID: "group", Kind: "group_failing", BrandID: k.group.id, ProviderIDs: groupProviders, ProviderID: k.failing[0].provider.id, LocationIDs: ids(k.failing...), StartsOn: groupFrom.ISO(),
				Sees:     "Four of the group's six homes, run by three companies, have several times the expected concerns at once, and two were marked down within three months.",
				MustFlag: true, MinLevel: 1, ByWhen: AsOf.ISO(), Signals: []string{"brand_locations_elevated", "brand_downgrades_26w", "funnel_z"},
				Why: "Three companies, one brand: only the roll-up shows that the group fails."},
			{ID: "insolvency", Kind: "insolvency", ProviderID: k.insolvent.id, LocationIDs: ids(k.insolvent.locations...), StartsOn: administration.ISO(),
				Sees:     "Administrators were appointed on 7 September 2026; three homes still run. Accounts were overdue from April.",
				MustFlag: true, MinLevel: 3, FailureKind: "risk", ByWhen: AsOf.ISO(), Signals: []string{"company_failure", "running"},
				Why: "An administration is a business failure in SI 2015/301; while the homes run, contingency planning is what is needed."},
			{ID: "large", Kind: "large_home", ProviderID: k.large.provider.id, LocationIDs: ids(k.large), StartsOn: start.ISO(),
				Sees:        "One of the highest numbers of concerns in the county, and just what 90 beds would have.",
				MustNotFlag: true, MaxLevel: &zero, ByWhen: AsOf.ISO(), Why: "Volume is not the signal: rates per bed are."},
			{ID: "practice", Kind: "recording_change", LocationIDs: ids(c.notes.controls...), StartsOn: practiceFrom.ISO(), Source: "safeguarding_concerns",
				Sees:        "From 2 March 2026 the ambulance service refers what it used to leave out; concerns rise across the county, mostly with no known source of risk. No home moves because of it. The homes listed have the most of these referrals.",
				MustNotFlag: true, MaxLevel: &zero, ByWhen: AsOf.ISO(), Why: "A change at the front door lifts everyone; it says nothing about one home."},
			{ID: "reregistration", Kind: "reregistration", ProviderID: k.after.provider.id, ProviderIDs: []string{k.before.provider.id, k.after.provider.id},
				LocationIDs: ids(k.before, k.after), StartsOn: k.after.registered.ISO(),
				Sees:     "A home with no rating and a new company, whose predecessor at the same address was rated inadequate in November 2025 and had three times the expected concerns. The links of the register join the two.",
				MustFlag: false, Why: "A new registration number must not make the past disappear, nor may the home read as never rated."},
			{ID: "silence", Kind: "feed_stops", LocationIDs: []string{}, Source: "complaints", StartsOn: (complaintsStop + 1).ISO(),
				Sees: "No complaints log since the one of 24 July 2026: complaints of August and September are unknown, not none.",
				Why:  "Silence is a fault of the feed, not good news about the homes."},
			{ID: "records", Kind: "duplicates_and_corrections", LocationIDs: []string{}, Source: "safeguarding_concerns", StartsOn: start.ISO(),
				Sees: "Repeated rows count once, later versions replace earlier ones, late rows count from the day they were entered, and rows that break the contract wait in quarantine. One extract, of March 2025, was delivered twice.",
				Why:  "Extracts repeat, correct and lag; counts must not.", Records: c.notes.duplicates, Corrected: c.notes.corrected,
				Late: c.notes.late, Broken: c.notes.broken},
		},
	}
}

// writeTruth makes truth.json and the county's own description.
func (c *county) writeTruth(out *Output) error {
	c.findControls()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c.truth()); err != nil {
		return err
	}
	out.put("truth.json", b.Bytes())
	out.put("county.yml", []byte(fmt.Sprintf(`# Larkshire does not exist. Every provider, home, person, council and company in it is invented.
title: Larkshire
note: fictional
local_authority: %s
council: %s
as_of: %s
data_from: %s
data_to: %s
seed: %d
locations: %d
providers: %d
brands: %d
ids: organisation ids start with "9-", outside the ranges of the Care Quality Commission
postcodes: area LK, which is not in use
company_numbers: start with 99, never issued
coordinates: in the North Sea
recording_change: %s
`, authority, council, AsOf.ISO(), start.ISO(), end.ISO(), c.seed, len(c.locations), len(c.providers), len(c.brands), practiceFrom.ISO())))
	return nil
}

// findControls picks the ordinary homes with the most referrals that the recording change added
// and with nothing else to say for themselves.
func (c *county) findControls() {
	counts := map[*location]int{}
	own := map[*location]int{}
	for _, k := range c.concerns {
		if k.at == nil || k.received < practiceFrom {
			continue
		}
		if k.referrer == "Ambulance service" {
			counts[k.at]++
		}
		if k.share == byProvider && k.received >= end-182 {
			own[k.at]++
		}
	}
	var best []*location
	for _, l := range c.freeLocations() {
		t := l.current(end)
		calm := float64(own[l]) < 1.25*l.people*rateProvider*6 && l.left == 0 && l.predecessor == nil && l.registered < start &&
			t != nil && t.overall >= 3 && l.manager(end) != nil && t.on < practiceFrom
		if calm && counts[l] > 0 {
			best = append(best, l)
		}
	}
	for len(c.notes.controls) < 8 && len(best) > 0 {
		top := 0
		for i, l := range best {
			if counts[l] > counts[best[top]] {
				top = i
			}
		}
		c.notes.controls = append(c.notes.controls, best[top])
		best = append(best[:top], best[top+1:]...)
	}
}
