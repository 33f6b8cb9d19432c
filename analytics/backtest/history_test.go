package backtest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAMomentKnowsOnlyItsPast(t *testing.T) {
	h := Home{ID: "h", Provider: "p", From: 0, To: 2000, Ratings: []Rated{{1200, 1}, {100, 3}, {600, 2}, {900, 3}}}
	for _, tt := range []struct {
		name string
		on   int
		want Moment
	}{
		{"never rated", 50, Moment{Home: "h", On: 50, AgeDays: 50}},
		{"rated, and about to fall", 500, Moment{Home: "h", On: 500, Rating: 3, AgeDays: 400, Fell: true}},
		{"on the day of a rating", 600, Moment{Home: "h", On: 600, Rating: 2, AgeDays: 0, BelowGood: 1, LastFell: true}},
		{"about to rise", 700, Moment{Home: "h", On: 700, Rating: 2, AgeDays: 100, BelowGood: 1, LastFell: true}},
		{"risen, and about to fall", 1000, Moment{Home: "h", On: 1000, Rating: 3, AgeDays: 100, BelowGood: 1, Fell: true}},
		{"about to close", 1900, Moment{Home: "h", On: 1900, Rating: 1, AgeDays: 700, BelowGood: 2, LastFell: true, Closed: true}},
	} {
		got := History([]Home{h}, tt.on, tt.on, 1, 365)
		if len(got) != 1 || cmp.Diff(tt.want, got[0]) != "" {
			t.Errorf("%s:\n%s", tt.name, cmp.Diff([]Moment{tt.want}, got))
		}
	}
	if got := History([]Home{h}, 2000, 2400, 100, 365); len(got) > 0 {
		t.Errorf("a closed home has moments: %v", got)
	}
	if History([]Home{h}, 0, 100, 0, 365) != nil {
		t.Error("moments every 0 days")
	}
	h.CarriedOn = true
	if got := History([]Home{h}, 1900, 1900, 1, 365); got[0].Closed {
		t.Error("a registration that is carried on did not close")
	}
}

func TestTheGroupIsEveryOtherHome(t *testing.T) {
	rated := func(id, provider, brand string, score int) Home {
		return Home{ID: id, Provider: provider, Brand: brand, Ratings: []Rated{{10, score}}}
	}
	homes := []Home{rated("a", "p", "", 4), rated("b", "p", "B", 1), rated("c", "q", "B", 3), rated("d", "r", "", 1), {ID: "e", Provider: "p"}}
	got := map[string][2]float64{}
	for _, m := range History(homes, 20, 20, 1, 365) {
		got[m.Home] = [2]float64{m.GroupLow, float64(m.GroupRated)}
	}
	want := map[string][2]float64{"a": {1, 1}, "b": {0, 2}, "c": {1, 1}, "d": {0, 0}, "e": {0.5, 2}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRatingAgeOrdersRatingFirst(t *testing.T) {
	last := -1.0
	for _, s := range []float64{RatingAge(4, 0), RatingAge(4, 99999), RatingAge(3, 0), RatingAge(0, 400), RatingAge(3, 4000), RatingAge(2, 0), RatingAge(1, 0), RatingAge(1, 50)} {
		if s <= last {
			t.Errorf("%g does not come after %g", s, last)
		}
		last = s
	}
	if RatingAge(3, -5) != RatingAge(3, 0) {
		t.Error("a rating from the future is older")
	}
}

func TestForetell(t *testing.T) {
	var moments []Moment
	for i := range 40 {
		bad := i%4 == 0
		m := Moment{Home: string(rune('a' + i)), Rating: 3, AgeDays: i, Closed: bad}
		if bad {
			m.Rating = 1
		}
		moments = append(moments, m)
	}
	found := Foretell(moments, func(Moment) bool { return true }, func(m Moment) bool { return m.Closed }, quick)
	if len(found) != len(Predictors()) {
		t.Fatalf("%d findings", len(found))
	}
	for _, f := range found {
		switch f.Name {
		case "rating":
			if f.AUC.Value != 1 || f.Rows != 40 || f.Events != 10 || f.Homes != 40 {
				t.Errorf("%+v", f)
			}
		case "carries", "last_fell":
			if f.AUC.Known || f.Rows != 40 {
				t.Errorf("%s is the same throughout, yet %+v", f.Name, f.AUC)
			}
		case "group":
			if f.AUC.Known || f.Rows != 0 {
				t.Errorf("there is no group, yet %+v", f)
			}
		}
	}
	none := Foretell(moments, func(m Moment) bool { return false }, func(Moment) bool { return true }, quick)
	for _, f := range none {
		if f.AUC.Known || f.Rows > 0 {
			t.Errorf("a finding from nothing: %+v", f)
		}
	}
}

// What is published after a day changes nothing that was known on it, save the outcome.
func TestLaterRatingsChangeNoMoment(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := Home{ID: "h", Provider: "p", From: 0}
		for range rapid.IntRange(0, 8).Draw(rt, "ratings") {
			h.Ratings = append(h.Ratings, Rated{rapid.IntRange(0, 1000).Draw(rt, "on"), rapid.IntRange(1, 4).Draw(rt, "score")})
		}
		day := rapid.IntRange(0, 1000).Draw(rt, "day")
		more := h
		more.Ratings = append(h.Ratings[:len(h.Ratings):len(h.Ratings)], Rated{day + 1 + rapid.IntRange(0, 500).Draw(rt, "later"), rapid.IntRange(1, 4).Draw(rt, "score")})
		a, b := History([]Home{h}, day, day, 1, 365)[0], History([]Home{more}, day, day, 1, 365)[0]
		a.Fell, b.Fell = false, false
		if diff := cmp.Diff(a, b); diff != "" {
			rt.Fatal(diff)
		}
	})
}
