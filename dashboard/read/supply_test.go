package read

import (
	"math"
	"testing"
)

func TestSupplyOfTheCounty(t *testing.T) {
	s, f := county(t)
	by, err := s.Supply(t.Context(), f, ByArea)
	if err != nil {
		t.Fatal(err)
	}
	var beds, locations, vacancies, occupied int64
	for _, c := range by.Cells {
		beds, locations, vacancies, occupied = beds+c.Beds, locations+c.Locations, vacancies+c.Vacancies, occupied+c.Occupied
		if c.Providers > c.Locations || c.VacanciesShut > c.Vacancies || c.Told > c.Locations {
			t.Errorf("the parts don't fit the whole: %+v", c)
		}
	}
	if beds == 0 || vacancies == 0 || occupied == 0 || occupied+vacancies > beds {
		t.Errorf("%d beds, %d occupied, %d vacant", beds, occupied, vacancies)
	}
	districts, err := s.Supply(t.Context(), f, ByDistrict)
	if err != nil {
		t.Fatal(err)
	}
	var again int64
	for _, c := range districts.Cells {
		again += c.Beds
	}
	if again != beds || len(districts.Cells) <= len(by.Cells) {
		t.Errorf("by district %d beds in %d cells, by area %d in %d", again, len(districts.Cells), beds, len(by.Cells))
	}
	if len(by.Concentration) != 4 || !by.Concentration[0].Whole() || by.Concentration[0].Beds != beds {
		t.Fatalf("concentration %+v", by.Concentration)
	}
	for _, c := range by.Concentration {
		if c.HHIGroups < c.HHIProviders-1e-9 || c.HHIGroups > 10000 || c.TopThree < c.Largest || c.TopThree > c.Beds || c.Groups > c.Providers {
			t.Errorf("rolling brands up can only concentrate: %+v", c)
		}
	}
	if len(by.Occupancy) < 12 {
		t.Errorf("%d months of occupancy", len(by.Occupancy))
	}
	for _, o := range by.Occupancy {
		if share := o.Share(); share <= 0 || share > 100 || o.Homes == 0 {
			t.Errorf("%s: %v per cent of %d homes", o.Month, share, o.Homes)
		}
	}
	if len(by.Openings) != 24 {
		t.Errorf("%d months of openings", len(by.Openings))
	}
}

func TestConcentrationOfOneHolderIsTheWhole(t *testing.T) {
	s, f := county(t)
	if _, err := s.db.ExecContext(t.Context(), "DELETE FROM core.location WHERE provider_id <> '1-9000001'"); err != nil {
		t.Fatal(err)
	}
	got, err := s.Supply(t.Context(), f, ByArea)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range got.Concentration {
		if math.Abs(c.HHIProviders-10000) > 1e-6 || c.TopThree != c.Beds {
			t.Errorf("one provider alone: %+v", c)
		}
	}
	if (OccupancyMonth{}).Share() != 0 {
		t.Error("no bed has a share")
	}
}

func TestPeopleAreToldWithinTheScope(t *testing.T) {
	s, f := county(t)
	all, err := s.Soles(t.Context(), Everyone, ByDistrict)
	if err != nil || len(all) == 0 || all[0].Total < int64(len(all)) {
		t.Fatalf("%+v, %v", all, err)
	}
	none, err := s.Soles(t.Context(), Scope{}, ByDistrict)
	if err != nil || len(none) != len(all) {
		t.Fatalf("%d and %d, %v", len(none), len(all), err)
	}
	for _, r := range none {
		if r.People != nil {
			t.Errorf("%s tells %d people to a reader without rights", r.ProviderID, *r.People)
		}
	}
	deps, err := s.Dependences(t.Context(), Only([]string{"1-9000004"}))
	if err != nil || len(deps) != 1 || !deps[0].IsBrand || deps[0].People == 0 || deps[0].People >= deps[0].Everybody {
		t.Errorf("one provider's scope gives %+v, %v", deps, err)
	}
	if deps, err = s.Dependences(t.Context(), Scope{}); err != nil || len(deps) != 0 {
		t.Errorf("no scope gives %+v, %v", deps, err)
	}
	for _, feed := range []string{"capacity", "placements"} {
		list, total, err := s.Records(t.Context(), Scope{}, RecordFeeds[feed], RecordQuery{Limit: 10})
		if err != nil || len(list) != 0 || total != 0 {
			t.Errorf("%s: %d of %d for a reader without rights, %v", feed, len(list), total, err)
		}
		list, _, err = s.Records(t.Context(), Only([]string{"1-9000001"}), RecordFeeds[feed], RecordQuery{Limit: 10})
		if err != nil || len(list) == 0 {
			t.Errorf("%s of one provider: %d, %v", feed, len(list), err)
		}
		for _, r := range list {
			if r.ProviderID != "1-9000001" {
				t.Errorf("%s holds a row of %s", feed, r.ProviderID)
			}
		}
	}
	flows, err := s.LevelFlows(t.Context(), f, Everyone)
	if err != nil || len(flows) < 3 {
		t.Fatalf("flows %+v, %v", flows, err)
	}
	if flows, err = s.LevelFlows(t.Context(), f, Only([]string{"1-9000003"})); err != nil || len(flows) != 1 || flows[0].From != 1 || flows[0].To != 3 {
		t.Errorf("one provider moved as %+v, %v", flows, err)
	}
}

func TestAuthoritiesAndFees(t *testing.T) {
	s, f := county(t)
	got, err := s.Supply(t.Context(), f, ByArea)
	if err != nil {
		t.Fatal(err)
	}
	outside := map[string]bool{}
	for _, a := range got.Authorities {
		outside[a.Name+" in "+a.Host] = a.Outside
	}
	for at, want := range map[string]bool{"Wrenshire Council in Larkshire North": true, "Wrenshire Council in Larkmouth": true, "Larkshire Council in Larkshire North": false, "Larkshire Council in Larkshire South": false} {
		if got, ok := outside[at]; !ok || got != want {
			t.Errorf("%s: outside %v, known %v", at, got, ok)
		}
	}
	for _, fee := range got.Fees {
		if fee.Shown() && (*fee.Median < 700 || *fee.Median > 1100 || *fee.High < *fee.Median) {
			t.Errorf("%+v", fee)
		}
	}
	m := 500.0
	for name, tc := range map[string]struct {
		fee             Fee
		shown, compared bool
	}{
		"few":              {Fee{Packages: 4, Median: &m, MedianThen: &m, PackagesThen: 40}, false, false},
		"few with a cost":  {Fee{Packages: 40, Unknown: 36, Median: &m}, false, false},
		"enough":           {Fee{Packages: 5, Median: &m}, true, false},
		"few a year ago":   {Fee{Packages: 5, Median: &m, MedianThen: &m, PackagesThen: 4}, true, false},
		"both":             {Fee{Packages: 5, Median: &m, MedianThen: &m, PackagesThen: 5}, true, true},
		"no cost anywhere": {Fee{Packages: 50, Unknown: 50}, false, false},
	} {
		if tc.fee.Shown() != tc.shown || tc.fee.Compared() != tc.compared {
			t.Errorf("%s: %v, %v", name, tc.fee.Shown(), tc.fee.Compared())
		}
	}
	for _, w := range got.Workforce {
		if w.Agency > w.Workers || w.Compared > w.Services {
			t.Errorf("%+v", w)
		}
	}
}

func TestMoreOfAProviderAndOfALocation(t *testing.T) {
	s, f := county(t)
	whole, err := s.More(t.Context(), f, "1-9000001", "", true)
	if err != nil {
		t.Fatal(err)
	}
	one, err := s.More(t.Context(), f, "1-9000001", "1-8000010", true)
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.Spend) == 0 || len(one.Spend) != 0 || len(whole.Questions) == 0 || len(whole.Payers) == 0 || len(whole.Room) < 12 || len(whole.Actions) != 3 || whole.Counts.ActionsOverdue != 1 || whole.Counts.Visits != 2 || whole.Counts.Outcome != "requires_improvement" {
		t.Errorf("whole: %d spend, %d questions, %d payers, %d months, %d actions, %+v", len(whole.Spend), len(whole.Questions), len(whole.Payers), len(whole.Room), len(whole.Actions), whole.Counts)
	}
	if len(one.Days) == 0 || len(one.Days) > len(whole.Days) {
		t.Errorf("%d days of one place, %d of all", len(one.Days), len(whole.Days))
	}
	public, err := s.More(t.Context(), f, "1-9000001", "", false)
	if err != nil || len(public.Payers)+len(public.Room)+len(public.Complaints)+len(public.Actions)+len(public.Days) != 0 || public.Counts != (Counts{}) || len(public.Questions) == 0 {
		t.Errorf("a reader of public facts gets %+v, %v", public.Counts, err)
	}
	elsewhere, err := s.More(t.Context(), f, "1-9000001", "1-8000030", true)
	if err != nil || len(elsewhere.Payers)+len(elsewhere.Days)+len(elsewhere.Questions) != 0 {
		t.Errorf("another provider's location tells of itself: %+v, %v", elsewhere, err)
	}
	owner, ok, err := s.OwnerOf(t.Context(), "1-8000010")
	if err != nil || !ok || owner.ProviderID != "1-9000001" || owner.CurrentID != "1-8000010" {
		t.Errorf("%+v, %v, %v", owner, ok, err)
	}
	if _, ok, err := s.OwnerOf(t.Context(), "nope"); ok || err != nil {
		t.Errorf("an unknown location is somebody's: %v", err)
	}
	weeks, err := s.LocationWeeks(t.Context(), f, "1-8000010")
	if err != nil || len(weeks) != StoryWeeks {
		t.Errorf("%d weeks, %v", len(weeks), err)
	}
	feeds, err := s.Since(t.Context(), "1-9000001", f.Run.AsOf.AddDate(0, -3, 0))
	if err != nil || len(feeds) == 0 {
		t.Errorf("%+v, %v", feeds, err)
	}
}
