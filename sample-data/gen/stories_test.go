package gen

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
)

// truthOf reads the generated truth file.
func truthOf(t *testing.T) Truth {
	t.Helper()
	for _, f := range made(t) {
		if f.Path == "truth.json" {
			var v Truth
			if err := json.Unmarshal(f.Data, &v); err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatal("no truth.json")
	return Truth{}
}

func story(t *testing.T, id string) Story {
	t.Helper()
	for _, s := range truthOf(t).Stories {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no story %q", id)
	return Story{}
}

var (
	measureOnce sync.Once
	measured    []signals
)

// measures are the signals of every open home at the as-of date.
func measures(t *testing.T) map[string]signals {
	t.Helper()
	measureOnce.Do(func() { measured = measure(t) })
	out := map[string]signals{}
	for _, m := range measured {
		out[m.h.id] = m
	}
	return out
}

// The limits that the stories are written for.
const (
	high, veryHigh   = 1.96, 3.09 // funnel
	evidence, strong = 1.68, 2.92 // scan
)

func TestSuddenClusterIsFoundByRatesAndByComplaints(t *testing.T) {
	m := measures(t)[story(t, "cluster").LocationIDs[0]]
	if m.z < veryHigh || m.g < strong || m.zc < high {
		t.Errorf("z %.2f, scan %.2f, complaints z %.2f", m.z, m.g, m.zc)
	}
	if m.o12 < 5*m.e12 || m.o12 > 8*m.e12 {
		t.Errorf("%.0f concerns where %.1f were expected: not about six times", m.o12, m.e12)
	}
}

func TestSlowDeclineIsFoundAndStaysSlow(t *testing.T) {
	s := story(t, "decline")
	id := s.LocationIDs[0]
	m := measures(t)[id]
	if m.z < high || m.g < strong || m.zc < high {
		t.Errorf("z %.2f, scan %.2f, complaints z %.2f", m.z, m.g, m.zc)
	}
	weekly := map[string]int{}
	for _, k := range look(t).concerns {
		if k.home == id && k.share == byProvider && within(k.received, 26) {
			weekly[k.received.monday().ISO()]++
		}
	}
	for w, n := range weekly {
		if n > 4 {
			t.Errorf("%d concerns in the week of %s: that week alone would show it", n, w)
		}
	}
	b := lastBody(t, id)
	if b.ManagerAbsent != s.StartsOn || len(b.Activities[0].Contacts) != 0 {
		t.Errorf("manager absent from %q, contacts %v", b.ManagerAbsent, b.Activities[0].Contacts)
	}
	if b.Current == nil || b.Current.Overall.Rating != "Requires improvement" || len(b.Historic) == 0 || b.Historic[0].Overall.Rating != "Good" {
		t.Errorf("ratings %+v after %+v", b.Current, b.Historic)
	}
}

func TestPatternHasOrdinaryVolumeAndRepetition(t *testing.T) {
	m := measures(t)[story(t, "pattern").LocationIDs[0]]
	if m.z >= high || m.g >= evidence || m.zc >= high {
		t.Errorf("the volume gives it away: z %.2f, scan %.2f, complaints z %.2f", m.z, m.g, m.zc)
	}
	if m.staff26 < 2 || m.themes26 < 3 || m.same < 3 || m.share26 < 0.8 {
		t.Errorf("%d staff, %d adults under one theme (share %.2f), one named %d times", m.staff26, m.themes26, m.share26, m.same)
	}
}

func TestGroupFailsInFourHomesOfThreeProviders(t *testing.T) {
	s := story(t, "group")
	providers := map[string]bool{}
	for _, id := range s.LocationIDs {
		m := measures(t)[id]
		if m.z < high || m.g < evidence {
			t.Errorf("%s: z %.2f, scan %.2f", id, m.z, m.g)
		}
		if m.h.brand != s.BrandID {
			t.Errorf("%s belongs to %q", id, m.h.brand)
		}
		providers[m.h.provider] = true
	}
	if len(s.LocationIDs) != 4 || len(providers) < 2 {
		t.Errorf("%d homes of %d providers", len(s.LocationIDs), len(providers))
	}
	homes := 0
	for _, m := range measures(t) {
		if m.h.brand == s.BrandID {
			homes++
		}
	}
	if homes != 6 {
		t.Errorf("the group has %d homes", homes)
	}
	falls := 0
	for _, id := range s.LocationIDs {
		if b := lastBody(t, id); b.Current.Overall.Rating == "Requires improvement" && b.Current.Date > (AsOf-182).ISO() {
			falls++
		}
	}
	if falls != 2 {
		t.Errorf("%d homes marked down", falls)
	}
}

func TestInsolvencyIsInTheEventsAndTheHomesRun(t *testing.T) {
	s := story(t, "insolvency")
	number := ""
	for _, id := range s.LocationIDs {
		if b := lastBody(t, id); b.Status != "Registered" || b.ProviderID != s.ProviderID {
			t.Errorf("%s is %s under %s", id, b.Status, b.ProviderID)
		}
	}
	var v providerBody
	if err := json.Unmarshal(lastBodies(t)["provider_"+s.ProviderID+".json"], &v); err != nil {
		t.Fatal(err)
	}
	number = v.Company
	kinds := map[string]string{}
	administrations := 0
	for _, f := range made(t) {
		if strings.Contains(f.Path, "/company_events/") {
			for _, r := range readCSV(t, f.Data)[1:] {
				if r[0] == number {
					kinds[r[2]] = r[3]
				}
				if r[2] == "administration" {
					administrations++
				}
			}
		}
	}
	if kinds["administration"] != s.StartsOn || kinds["accounts_overdue"] == "" || administrations != 1 {
		t.Errorf("events of %s: %v; administrations in all %d", number, kinds, administrations)
	}
}

func TestLargeHomeHasManyConcernsAndNoSignal(t *testing.T) {
	id := story(t, "large").LocationIDs[0]
	all := measures(t)
	m := all[id]
	if m.h.beds != 90 {
		t.Fatalf("%d beds", m.h.beds)
	}
	quiet(t, m)
	if m.staff26 >= 2 || m.same >= 3 || m.themes26 >= 3 {
		t.Errorf("%d staff, %d adults under one theme, one named %d times", m.staff26, m.themes26, m.same)
	}
	year := map[string]int{}
	for _, k := range look(t).concerns {
		if within(k.received, 52) {
			year[k.home]++
		}
	}
	more := 0
	for _, n := range year {
		if n > year[id] {
			more++
		}
	}
	if more > 8 {
		t.Errorf("%d homes have more concerns than its %d: it would not tempt anybody", more, year[id])
	}
}

func TestRecordingChangeLiftsTheCountyAndFlagsNobody(t *testing.T) {
	s := story(t, "practice")
	before, after, unknownAfter, all, allBefore := 0, 0, 0, 0, 0
	for _, k := range look(t).concerns {
		switch {
		case k.received > practiceFrom-182 && k.received < practiceFrom:
			allBefore++
			if k.referrer == "Ambulance service" {
				before++
			}
		case k.received >= practiceFrom && k.received < practiceFrom+182:
			all++
			if k.referrer == "Ambulance service" {
				after++
				if k.share == unknown {
					unknownAfter++
				}
			}
		}
	}
	if after < 4*before || float64(all) < 1.2*float64(allBefore) || 2*unknownAfter < after {
		t.Errorf("ambulance referrals %d then %d (%d of unknown source); all %d then %d", before, after, unknownAfter, allBefore, all)
	}
	if len(s.LocationIDs) < 5 {
		t.Errorf("only %d homes named", len(s.LocationIDs))
	}
	for _, id := range s.LocationIDs {
		quiet(t, measures(t)[id])
	}
}

func quiet(t *testing.T, m signals) {
	t.Helper()
	if m.z >= high || m.g >= evidence || m.zc >= high {
		t.Errorf("%s: z %.2f, scan %.2f, complaints z %.2f", m.h.id, m.z, m.g, m.zc)
	}
}

func TestReregistrationIsLinkedFromBothSides(t *testing.T) {
	s := story(t, "reregistration")
	old, now := lastBody(t, s.LocationIDs[0]), lastBody(t, s.LocationIDs[1])
	if old.Status != "Deregistered" || old.Deregistered != now.Registered || now.ProviderID == old.ProviderID || now.Postcode != old.Postcode {
		t.Errorf("old %s until %s, new from %s", old.Status, old.Deregistered, now.Registered)
	}
	if r := now.Relations; len(r) != 1 || r[0].ID != old.LocationID || r[0].Type != "HSCA Predecessor" || r[0].Reason != "New Provider" {
		t.Errorf("the new one's links: %+v", r)
	}
	if r := old.Relations; len(r) != 1 || r[0].ID != now.LocationID || r[0].Type != "HSCA Successor" {
		t.Errorf("the old one's links: %+v", r)
	}
	if old.Current == nil || old.Current.Overall.Rating != "Inadequate" || now.Current != nil || len(now.Historic)+len(now.Assessments) != 0 {
		t.Error("the bad rating must stand on the old registration alone")
	}
	late := 0
	for _, k := range look(t).concerns {
		if k.home == old.LocationID && k.received >= day(now.Registered) {
			late++
		}
	}
	n := 0
	for _, k := range look(t).concerns {
		if k.home == old.LocationID && k.share == byProvider && k.received >= day("2025-09-01") {
			n++
		}
	}
	if n < 12 {
		t.Errorf("%d concerns before the change", n)
	}
}

func TestComplaintsLogStopsNineWeeksBeforeTheEnd(t *testing.T) {
	last := ""
	for _, f := range made(t) {
		if strings.Contains(f.Path, "/complaints/") {
			last = max(last, strings.TrimPrefix(path.Base(path.Dir(f.Path)), "received="))
		}
	}
	if want := (AsOf - 63).ISO(); last > want || last < "2026-07-01" {
		t.Errorf("last complaints log received on %s", last)
	}
}

func TestRepeatsCorrectionsAndBrokenRowsAreInTheFiles(t *testing.T) {
	s := story(t, "records")
	seen := map[string][]string{}
	exact := map[string]int{}
	for _, f := range made(t) {
		if strings.Contains(f.Path, "/safeguarding_concerns/") && !strings.Contains(f.Path, "resent") {
			for _, r := range readCSV(t, f.Data)[1:] {
				line := strings.Join(r, "|")
				exact[line]++
				seen[r[0]] = append(seen[r[0]], line)
			}
		}
	}
	if len(s.Records) < 8 || len(s.Corrected) < 40 || len(s.Late) < 8 || len(s.Broken) != 3 {
		t.Errorf("%d duplicates, %d corrected, %d late, %d broken", len(s.Records), len(s.Corrected), len(s.Late), len(s.Broken))
	}
	for _, ref := range s.Records {
		if !slices.ContainsFunc(seen[ref], func(line string) bool { return exact[line] > 1 }) {
			t.Errorf("%s is not repeated", ref)
		}
	}
	for _, ref := range s.Corrected {
		if n := len(seen[ref]); n < 2 || seen[ref][0] == seen[ref][n-1] {
			t.Errorf("%s does not change", ref)
		}
	}
	for _, b := range s.Broken {
		if len(seen[b.Ref]) < 2 {
			t.Errorf("%s is broken and never comes right", b.Ref)
		}
	}
}

func TestNaturalSignalsAreFew(t *testing.T) {
	planted := map[string]bool{}
	for _, s := range truthOf(t).Stories {
		if s.ID == "practice" {
			continue
		}
		for _, id := range s.LocationIDs {
			planted[id] = true
		}
	}
	var mild, serious, repeated, themes int
	for _, m := range measures(t) {
		if planted[m.h.id] {
			continue
		}
		if m.z >= high || m.g >= evidence || m.zc >= high {
			mild++
			t.Logf("mild: %s, %d beds, %.0f where %.1f expected, z %.2f, scan %.2f, complaints z %.2f", m.h.id, m.h.beds, m.o12, m.e12, m.z, m.g, m.zc)
		}
		if m.z >= veryHigh || m.g >= strong {
			serious++
		}
		if m.staff26 >= 2 || m.same >= 3 {
			repeated++
		}
		if m.themes26 >= 3 && m.share26 >= 0.6 {
			themes++
		}
	}
	if mild > 8 || serious > 0 || repeated > 0 || themes > 8 {
		t.Errorf("mild %d, serious %d, repeated staff %d, one theme %d", mild, serious, repeated, themes)
	}
}

var lastBodies = func() func(t *testing.T) map[string][]byte {
	var once sync.Once
	out := map[string][]byte{}
	return func(t *testing.T) map[string][]byte {
		t.Helper()
		once.Do(func() {
			for _, f := range made(t) {
				if strings.Contains(f.Path, "/cqc_api/") {
					untar(t, f.Data, out)
				}
			}
		})
		return out
	}
}()

func lastBody(t *testing.T, id string) locationBody {
	t.Helper()
	var b locationBody
	if err := json.Unmarshal(lastBodies(t)["location_"+id+".json"], &b); err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	return b
}
