package contingency

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// at is a point a number of miles north of a fixed one.
func at(miles float64) Point { return Point{Lat: 55 + miles/69.0934, Lon: -2} }

func TestRequires(t *testing.T) {
	for _, tc := range []struct {
		service, need string
		want          Kind
	}{
		{"care_home_nursing", "Physical Support - Personal Care Support", Nursing},
		{"care_home_nursing", "Support with Memory and Cognition", NursingDementia},
		{"care_home", "Support with Memory and Cognition", ResidentialDementia},
		{"care_home", "Dementia", ResidentialDementia},
		{"care_home", "", Residential},
		{"care_home", "Learning Disability Support", LearningDisability},
		{"care_home_nursing", "Mental Health Support", MentalHealth},
		{"home_care", "Learning Disability Support", HomeCare},
		{"supported_living", "Learning Disability Support", Supported},
		{"other", "", Supported},
	} {
		if got := Requires(tc.service, tc.need); got != tc.want {
			t.Errorf("%s, %s: %s, want %s", tc.service, tc.need, got, tc.want)
		}
	}
	seen := map[string]bool{}
	for _, k := range Kinds {
		if k.Name() == "" || seen[k.Name()] {
			t.Errorf("%s is called %q", k, k.Name())
		}
		seen[k.Name()] = true
	}
}

func TestMiles(t *testing.T) {
	// Edinburgh Waverley to Newcastle Central, by their published positions: 92 miles.
	got, ok := Miles(Point{55.952, -3.189}, Point{54.968, -1.617})
	if !ok || math.Abs(got-92) > 1 {
		t.Errorf("%.1f miles, known %v", got, ok)
	}
	if _, ok := Miles(Point{}, Point{55, -3}); ok {
		t.Error("an unknown position has a distance")
	}
	if d, _ := Miles(at(0), at(7)); math.Abs(d-7) > 0.01 {
		t.Errorf("seven miles north is %.3f", d)
	}
}

func place(id string, kind Kind, free int, miles float64) Place {
	return Place{ID: id, Location: id, Kind: kind, Free: free, At: at(miles), Rating: 3, Accepting: "yes"}
}

func group(id string, kind Kind, people int) Group {
	return Group{ID: id, From: "home", Kind: kind, People: people, At: at(0)}
}

// says puts an assignment into lines that can be read.
func says(groups []Group, places []Place, a Assignment) []string {
	var out []string
	for _, m := range a.Moves {
		out = append(out, fmt.Sprintf("%d of %s to %s", m.People, groups[m.Group].ID, places[m.Place].ID))
	}
	for _, s := range a.Short {
		out = append(out, fmt.Sprintf("%d of %s: %s", s.People, groups[s.Group].ID, s.Why))
	}
	return out
}

func TestAssign(t *testing.T) {
	closed, silent, poor, concern := place("closed", Nursing, 9, 1), place("silent", Nursing, 2, 1), place("poor", Nursing, 9, 1), place("concern", Nursing, 9, 1)
	closed.Accepting, silent.Accepting, poor.Rating, concern.Level = "no", "", 1, 2
	lost := place("lost", Nursing, 5, 1)
	lost.At = Point{}
	visits := group("visits", HomeCare, 3)
	visits.Hours = 14
	for _, tc := range []struct {
		name   string
		groups []Group
		places []Place
		given  Assumptions
		want   []string
	}{
		{"nearest first", []Group{group("a", Nursing, 3)}, []Place{place("far", Nursing, 9, 8), place("near", Nursing, 2, 1)}, Assumptions{}, []string{"2 of a to near", "1 of a to far"}},
		{"of the right kind", []Group{group("a", NursingDementia, 2)}, []Place{place("n", Nursing, 9, 1)}, Assumptions{}, []string{"2 of a: no_such_place"}},
		{"nursing may serve residential when asked to", []Group{group("a", Residential, 2), group("d", ResidentialDementia, 1)}, []Place{place("n", Nursing, 9, 1), place("nd", NursingDementia, 1, 1)}, Assumptions{NursingForResidential: true}, []string{"2 of a to n", "1 of d to nd"}},
		{"never to the home that stops", []Group{group("a", Nursing, 1)}, []Place{{ID: "home", Location: "home", Kind: Nursing, Free: 9, At: at(0), Accepting: "yes"}}, Assumptions{}, []string{"1 of a: no_such_place"}},
		{"closed to admissions never counts", []Group{group("a", Nursing, 1)}, []Place{closed}, Assumptions{}, []string{"1 of a: none_suitable"}},
		{"silence on admissions counts unless told not to", []Group{group("a", Nursing, 1)}, []Place{silent}, Assumptions{}, []string{"1 of a to silent"}},
		{"silence on admissions left out", []Group{group("a", Nursing, 1)}, []Place{silent}, Assumptions{AcceptingOnly: true}, []string{"1 of a: none_suitable"}},
		{"rating", []Group{group("a", Nursing, 1)}, []Place{poor}, Assumptions{MinRating: 3}, []string{"1 of a: none_suitable"}},
		{"own level", []Group{group("a", Nursing, 1)}, []Place{concern}, Assumptions{MaxLevel: 1}, []string{"1 of a: none_suitable"}},
		{"distance", []Group{group("a", Nursing, 1)}, []Place{place("far", Nursing, 1, 12)}, Assumptions{MaxMiles: 10}, []string{"1 of a: too_far"}},
		{"an unknown distance is not near", []Group{group("a", Nursing, 1)}, []Place{lost}, Assumptions{MaxMiles: 10}, []string{"1 of a: too_far"}},
		{"an unknown distance comes last", []Group{group("a", Nursing, 6)}, []Place{lost, place("far", Nursing, 4, 90)}, Assumptions{}, []string{"4 of a to far", "2 of a to lost"}},
		{"taken", []Group{group("a", Nursing, 3)}, []Place{place("n", Nursing, 1, 1)}, Assumptions{}, []string{"1 of a to n", "2 of a: all_taken"}},
		{"a better rating breaks a tie", []Group{group("a", Nursing, 1)}, []Place{{ID: "ri", Location: "ri", Kind: Nursing, Free: 1, At: at(2), Rating: 2, Accepting: "yes"}, place("good", Nursing, 1, 2)}, Assumptions{}, []string{"1 of a to good"}},
		{"hours are not split", []Group{visits}, []Place{place("small", HomeCare, 20, 1), place("large", HomeCare, 30, 2)}, Assumptions{}, []string{"1 of visits to small", "2 of visits to large"}},
		{"hours nobody recorded", []Group{group("v", HomeCare, 2)}, []Place{place("h", HomeCare, 90, 1)}, Assumptions{}, []string{"2 of v: hours_unknown"}},
		{"nobody", nil, []Place{place("n", Nursing, 1, 1)}, Assumptions{}, nil},
		{"nowhere", []Group{group("a", Nursing, 1)}, nil, Assumptions{}, []string{"1 of a: no_such_place"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Assign(tc.groups, tc.places, tc.given)
			if diff := cmp.Diff(tc.want, says(tc.groups, tc.places, got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A first choice that leaves somebody out is taken back: a could take either place, b only the near one.
func TestFirstChoicesAreTakenBack(t *testing.T) {
	groups := []Group{group("a", Nursing, 2), group("b", Residential, 2)}
	places := []Place{place("n", Nursing, 2, 1), place("r", Residential, 1, 1), place("n2", Nursing, 1, 9)}
	got := Assign(groups, places, Assumptions{NursingForResidential: true})
	if got.Placed != 4 || len(got.Short) != 0 {
		t.Errorf("%v", says(groups, places, got))
	}
}

func TestExchangeShortensTheWay(t *testing.T) {
	// Greedy sends a, which chooses first, to the middle; b then goes far. Exchanged, the way is shorter in total.
	a, b := group("a", Nursing, 1), group("b", Nursing, 1)
	a.At, b.From, b.At = at(0), "home b", at(10)
	places := []Place{place("left", Nursing, 1, -6), place("middle", Nursing, 1, 5)}
	got := Assign([]Group{a, b}, places, Assumptions{})
	if diff := cmp.Diff([]string{"1 of a to left", "1 of b to middle"}, says([]Group{a, b}, places, got)); diff != "" {
		t.Error(diff)
	}
}

func TestCandidates(t *testing.T) {
	closed := place("closed", Nursing, 1, 1)
	closed.Accepting = "no"
	places := []Place{place("far", Nursing, 1, 30), place("near", Nursing, 1, 1), place("other", LearningDisability, 1, 1), closed, place("spare", Residential, 2, 2)}
	got := Candidates([]Group{group("a", Nursing, 1), group("b", Residential, 1), group("c", Nursing, 1)}, places, Assumptions{MaxMiles: 10})
	if diff := cmp.Diff([]int{1, 4}, got); diff != "" {
		t.Error(diff)
	}
}

// most is the greatest number that can be placed, by a plain augmenting search over single people and single places.
func most(groups []Group, places []Place, a Assumptions) int {
	var people, beds []int
	for i, g := range groups {
		for range g.People {
			people = append(people, i)
		}
	}
	for i, p := range places {
		for range p.Free {
			beds = append(beds, i)
		}
	}
	taken := slices.Repeat([]int{-1}, len(beds))
	var try func(person int, seen []bool) bool
	try = func(person int, seen []bool) bool {
		for b, p := range beds {
			if seen[b] || !slices.ContainsFunc(arcsOf(groups[people[person]], places, a), func(x arc) bool { return x.place == p }) {
				continue
			}
			seen[b] = true
			if taken[b] < 0 || try(taken[b], seen) {
				taken[b] = person
				return true
			}
		}
		return false
	}
	n := 0
	for i := range people {
		if try(i, make([]bool, len(beds))) {
			n++
		}
	}
	return n
}

func TestAssignPlacesAsManyAsPossible(t *testing.T) {
	kinds := []Kind{Nursing, NursingDementia, Residential, ResidentialDementia}
	rapid.Check(t, func(t *rapid.T) {
		var groups []Group
		var places []Place
		for i := range rapid.IntRange(0, 6).Draw(t, "groups") {
			g := group(fmt.Sprint("g", i), rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.IntRange(0, 4).Draw(t, "people"))
			g.At = at(float64(rapid.IntRange(0, 20).Draw(t, "where")))
			groups = append(groups, g)
		}
		for i := range rapid.IntRange(0, 6).Draw(t, "places") {
			p := place(fmt.Sprint("p", i), rapid.SampledFrom(kinds).Draw(t, "of"), rapid.IntRange(0, 4).Draw(t, "free"), float64(rapid.IntRange(0, 20).Draw(t, "there")))
			p.Rating, p.Level = rapid.IntRange(0, 4).Draw(t, "rating"), rapid.IntRange(0, 3).Draw(t, "level")
			places = append(places, p)
		}
		a := Assumptions{MaxMiles: float64(rapid.IntRange(0, 12).Draw(t, "miles")), MaxLevel: rapid.IntRange(0, 3).Draw(t, "max level"), NursingForResidential: rapid.Bool().Draw(t, "either")}
		got := Assign(groups, places, a)
		if want := most(groups, places, a); got.Placed != want {
			t.Fatalf("%d placed, %d possible: %v", got.Placed, want, says(groups, places, got))
		}
		short, used := 0, map[int]int{}
		for _, s := range got.Short {
			short += s.People
		}
		for _, m := range got.Moves {
			used[m.Place] += m.People
			g, p := groups[m.Group], places[m.Place]
			if !a.serves(p.Kind, g.Kind) || !a.meets(p) || p.Location == g.From {
				t.Fatalf("%s can't go to %s", g.ID, p.ID)
			}
		}
		for i, n := range used {
			if n > places[i].Free {
				t.Fatalf("%s holds %d of %d", places[i].ID, n, places[i].Free)
			}
		}
		if got.Placed+short != got.People {
			t.Fatalf("%d placed and %d short of %d", got.Placed, short, got.People)
		}
		if diff := cmp.Diff(got, Assign(groups, places, a)); diff != "" {
			t.Fatalf("a second look differs: %s", diff)
		}
	})
}

// county is many people and few places, spread over forty miles.
func county(people, vacancies int) (groups []Group, places []Place) {
	kinds := []Kind{Nursing, NursingDementia, Residential, ResidentialDementia}
	for i := 0; people > 0; i++ {
		n := min(people, 1+i*7%13)
		g := group(fmt.Sprint("g", i), kinds[i%4], n)
		g.From, g.At = fmt.Sprint("home", i/6), Point{Lat: 54 + float64(i*37%600)/1000, Lon: -2 + float64(i*53%900)/1000}
		groups, people = append(groups, g), people-n
	}
	for i := 0; vacancies > 0; i++ {
		n := min(vacancies, 1+i*5%6)
		p := place(fmt.Sprint("p", i), kinds[i*3%4], n, 0)
		p.At = Point{Lat: 54 + float64(i*29%600)/1000, Lon: -2 + float64(i*61%900)/1000}
		places, vacancies = append(places, p), vacancies-n
	}
	return groups, places
}

// BenchmarkAssign places 5,000 people in 2,000 vacancies; the page promises at most two seconds.
func BenchmarkAssign(b *testing.B) {
	groups, places := county(5000, 2000)
	for b.Loop() {
		if got := Assign(groups, places, Assumptions{NursingForResidential: true, MaxLevel: 3}); got.Placed != 2000 {
			b.Fatalf("%d placed", got.Placed)
		}
	}
}
