package flags

import (
	"strings"
	"testing"
	"time"

	"bellwether/analytics/rules"
)

// letters spells weeks at one home: c concerns are met, m many concerns, p
// complaints, b concerns and complaints, . both are clear, ? both unknown, _ no
// look at all.
func letters(s string) []vals {
	kinds := map[rune]vals{
		'c': {"concerns_12w": 4, "complaints_12w": 0}, 'm': {"concerns_12w": 8, "complaints_12w": 0},
		'p': {"concerns_12w": 0, "complaints_12w": 3}, 'b': {"concerns_12w": 4, "complaints_12w": 3},
		'.': {"concerns_12w": 0, "complaints_12w": 0}, '?': {}, '_': nil,
	}
	var out []vals
	for _, r := range s {
		out = append(out, kinds[r])
	}
	return out
}

// In the trial set three clear looks close an episode and two sources may speak
// up to four weeks apart.
func TestLevelsFromWeeks(t *testing.T) {
	for _, tt := range []struct{ name, weeks, want string }{
		{"nothing", "....", "0000"},
		{"one source waits", "..cccc..", "00000000"},
		{"two sources in one week", ".b....", "011100"},
		{"a second source two weeks later, while both last", ".c.p.....", "000100000"},
		{"the first has closed before the second speaks", ".c....p..", "000000000"},
		{"met again while closing", ".b..b....", "011111100"},
		{"closed, then open again", ".b....b...", "0111001110"},
		{"unknown does not close", ".b..?....", "011111100"},
		{"unknown for ever", ".b??????", "01111111"},
		{"a week without a look does not close", ".b.._....", "011111100"},
		{"two clear looks are not three", ".b..", "0111"},
		{"up at once, and down to what remains", ".bmb....", "01222100"},
		{"the stronger closes with its own clear looks", ".mpbbbbbb", "002211111"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := run(t, nil, home(t, "H", "P", letters(tt.weeks)...))
			if got := levels(res, "P"); got != tt.want {
				t.Errorf("weeks %s\n got %s\nwant %s", tt.weeks, got, tt.want)
			}
		})
	}
}

// A service that is no longer looked at leaves nothing standing behind it.
func TestWhatStoodAboutAnEndedServiceIsCleared(t *testing.T) {
	gone := home(t, "A", "P", letters("..bb")...)
	gone.Ended = true
	res := run(t, nil, gone, home(t, "B", "Q", letters("........")...))
	if got, want := levels(res, "P"), "00100000"; got != want {
		t.Errorf("levels %s, want %s", got, want)
	}
	for _, f := range find(t, res, "P", "soft_concerns") {
		if f.State != Cleared {
			t.Errorf("%s is %s", f.FlagID, f.State)
		}
	}
}

func TestCorroborationScope(t *testing.T) {
	c, p := times(3, letters("c")[0]), times(3, letters("p")[0])
	late := Unit{Kind: rules.UnitProvider, ID: "P", ProviderIDs: []string{"P"}, Looks: weekly(t, times(3, vals{"accounts_overdue_days": 40})...)}
	group := func(ps ...string) Unit {
		return Unit{Kind: rules.UnitBrand, ID: "B", ProviderIDs: ps, Looks: weekly(t, times(3, vals{"brand_locations_elevated": 3})...)}
	}
	for _, tt := range []struct {
		name  string
		units []Unit
		want  rules.Level
		open  int
	}{
		{"one home, two sources", []Unit{home(t, "A", "P", times(3, letters("b")[0])...)}, 1, 2},
		{"a sister home is no second source", []Unit{home(t, "A", "P", c...), home(t, "B", "P", p...)}, 0, 0},
		{"company records are about the whole provider", []Unit{home(t, "A", "P", c...), late}, 3, 2},
		{"company records alone", []Unit{late}, 0, 0},
		{"the group is no second source", []Unit{home(t, "A", "P", c...), group("P", "Q")}, 0, 0},
		{"the group alone", []Unit{group("P")}, 0, 0},
		{"the group adds to a flag that stands", []Unit{home(t, "A", "P", times(3, letters("b")[0])...), group("P", "Q")}, 2, 3},
		{"a context rule adds to a flag that stands", []Unit{home(t, "A", "P", times(3, vals{"concerns_12w": 4, "complaints_12w": 3, "beds": 60})...)}, 1, 3},
		{"a context rule does not make the first", []Unit{home(t, "A", "P", times(3, vals{"concerns_12w": 4, "beds": 60})...)}, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := run(t, nil, tt.units...)
			for _, l := range res.Levels {
				if l.ProviderID == "P" && (l.Level != tt.want || l.FlagsOpen != tt.open) {
					t.Errorf("level %s with %d open flags, want %s with %d", l.Level, l.FlagsOpen, tt.want, tt.open)
				}
				if l.ProviderID == "Q" && l.Level != 0 {
					t.Error("a provider is flagged for its group alone")
				}
			}
		})
	}
}

// A soft flag needs its second source for as long as it counts.
func TestASoftFlagStandsWithItsSecondSource(t *testing.T) {
	res := run(t, nil, home(t, "A", "P", letters("bbccccccp")...))
	if got, want := levels(res, "P"), "111100001"; got != want {
		t.Errorf("levels %s, want %s", got, want)
	}
	f := find(t, res, "P", "soft_concerns")
	if len(f) != 1 || f[0].State != Open || !f[0].CountsFrom.Equal(week(8).AddDate(0, 0, 6)) || !f[0].OpenedOn.Equal(week(0).AddDate(0, 0, 6)) {
		t.Errorf("got %+v", f)
	}
	alone := find(t, run(t, nil, home(t, "A", "P", letters("bbcccccc")...)), "P", "soft_concerns")
	if alone[0].State != Waiting || alone[0].CorroboratedBy != "" {
		t.Errorf("state %s with %q, want waiting again", alone[0].State, alone[0].CorroboratedBy)
	}
	// What only adds goes with the flag it adds to.
	w := letters("bb.......")
	for i := range w {
		w[i] = vals{"concerns_12w": w[i]["concerns_12w"], "complaints_12w": w[i]["complaints_12w"], "beds": 60}
	}
	res = run(t, nil, home(t, "A", "P", w...))
	if got, want := levels(res, "P"), "111100000"; got != want {
		t.Errorf("levels with a context rule %s, want %s", got, want)
	}
	if c := find(t, res, "P", "context"); len(c) != 1 || c[0].State != Waiting {
		t.Errorf("the context flag is %+v", c)
	}
}

// A look taken in the week that is still running may raise and never clears,
// and what it finds keeps its id when the week is over.
func TestTheRunningWeek(t *testing.T) {
	wednesday := func(ms ...vals) Unit {
		u := home(t, "A", "P", ms...)
		u.Looks[len(u.Looks)-1].EndsOn = week(len(ms)-1).AddDate(0, 0, 2)
		return u
	}
	see := func(u Unit, asOf time.Time) Result {
		b := NewBuilder(trialSet(t), asOf)
		if err := b.Add(u); err != nil {
			t.Fatal(err)
		}
		res, err := b.Result(nil)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	midweek := see(wednesday(letters("..b")...), week(2).AddDate(0, 0, 2))
	whole := see(home(t, "A", "P", letters("..b")...), week(3))
	a, b := find(t, midweek, "P", "soft_concerns"), find(t, whole, "P", "soft_concerns")
	if levels(midweek, "P") != "001" || len(a) != 1 || len(b) != 1 || a[0].FlagID != b[0].FlagID {
		t.Errorf("midweek %s %+v, whole %+v", levels(midweek, "P"), a, b)
	}
	if asOf := week(2).AddDate(0, 0, 2); a[0].OpenedOn.After(asOf) || a[0].LastMetOn.After(asOf) || midweek.Levels[0].Since.After(asOf) {
		t.Errorf("a date lies after the as-of date: %+v", a[0])
	}
	if got := levels(see(wednesday(letters(".b...")...), week(4).AddDate(0, 0, 2)), "P"); got != "01111" {
		t.Errorf("a running week cleared a flag: %s", got)
	}
	late := home(t, "A", "P", letters("..")...)
	late.Looks[1].EndsOn = week(9)
	if err := NewBuilder(trialSet(t), week(300)).Add(late); err == nil {
		t.Error("a look dated outside its week is accepted")
	}
}

func TestOneIncidentThroughTwoFeedsCountsOnce(t *testing.T) {
	incidents := func(complaints ...string) []Incident {
		out := []Incident{{"a", rules.Safeguarding, week(0)}, {"b", rules.Safeguarding, week(1)}, {"c", rules.Safeguarding, week(1)}}
		for _, k := range complaints {
			out = append(out, Incident{k, rules.Complaints, week(1)})
		}
		return out
	}
	for _, tt := range []struct {
		name string
		in   []Incident
		want rules.Level
	}{
		{"nothing linked", nil, 1},
		{"every complaint is one of the concerns", incidents("b", "c"), 0},
		{"one complaint is its own", incidents("b", "x"), 1},
		{"only one feed is linked", incidents(), 1},
		{"the shared incident is long past", []Incident{{"a", rules.Safeguarding, week(-200)}, {"a", rules.Complaints, week(-200)}}, 1},
	} {
		u := home(t, "A", "P", times(3, letters("b")[0])...)
		u.Incidents = tt.in
		if got := run(t, nil, u).Levels[0].Level; got != tt.want {
			t.Errorf("%s: level %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestStandingFactFlagsOnceOnItsOwnDate(t *testing.T) {
	bad := func(i, changed int) vals {
		return vals{"rating_overall": 1, "rating_change_days": float64(6 + 7*(i-changed))}
	}
	var weeks []vals
	for i := range 30 {
		weeks = append(weeks, bad(i, 2)) // changed on the Monday of week 2
		if i < 2 {
			weeks[i] = vals{"rating_overall": 3}
		}
	}
	res := run(t, nil, home(t, "A", "P", weeks...))
	fs := find(t, res, "P", "hard_rating")
	if len(fs) != 1 || !fs[0].OpenedOn.Equal(week(2)) || fs[0].State != Cleared {
		t.Fatalf("got %+v", fs)
	}
	// The change is news for 70 days, and three clear looks close it.
	if got, want := levels(res, "P"), "00"+strings.Repeat("2", 12)+strings.Repeat("0", 16); got != want {
		t.Errorf("levels\n%s\nwant\n%s", got, want)
	}
	// Seen from a later first look, the same fact has the same id.
	later := run(t, nil, Unit{Kind: rules.UnitLocation, ID: "A", ProviderIDs: []string{"P"}, Looks: weekly(t, weeks...)[5:]})
	if lf := find(t, later, "P", "hard_rating"); len(lf) != 1 || lf[0].FlagID != fs[0].FlagID {
		t.Error("the id of a standing fact moved with the first look")
	}
	// Too old at the first look: not news.
	if old := find(t, run(t, nil, Unit{Kind: rules.UnitLocation, ID: "A", ProviderIDs: []string{"P"}, Looks: weekly(t, weeks...)[20:]}), "P", "hard_rating"); len(old) != 0 {
		t.Error("an old rating was flagged")
	}
}

func TestAFactThatComesBackIsANewEpisode(t *testing.T) {
	on, off := vals{"rating_overall": 1, "rating_change_days": 10}, vals{"rating_overall": 3}
	res := run(t, nil, home(t, "A", "P", seq(times(2, on), times(4, off), times(2, on))...))
	fs := find(t, res, "P", "hard_rating")
	if len(fs) != 2 || fs[0].FlagID == fs[1].FlagID {
		t.Fatalf("want two episodes with two ids, got %d", len(fs))
	}
}

func TestNamedEventBeatsRisk(t *testing.T) {
	money := Unit{Kind: rules.UnitProvider, ID: "P", ProviderIDs: []string{"P"}, Looks: weekly(t, vals{"company_failure": 1, "running": 0, "accounts_overdue_days": 90})}
	l := run(t, nil, money, home(t, "A", "P", letters("c")...)).Levels[0]
	if l.Level != rules.ProviderFailure || l.FailureKind != rules.FailureEvent || l.Headline != "Stopped." {
		t.Errorf("got %+v", l)
	}
}

func TestDecisionsHoldALevel(t *testing.T) {
	hold := func(i int, l rules.Level) Decision {
		return Decision{ProviderID: "P", On: week(i), Kind: Hold, Level: l, Reason: "The panel decided."}
	}
	clear := func(i int) Decision { return Decision{ProviderID: "P", On: week(i), Kind: ClearReview} }
	for _, tt := range []struct {
		name  string
		weeks string
		ds    []Decision
		want  string
	}{
		{"no decision", ".b......", nil, "01110000"},
		{"held without reviews", ".b.......", []Decision{hold(2, 2)}, "012222222"},
		{"one clear review is not two", ".b.......", []Decision{hold(2, 2), clear(3)}, "012222222"},
		{"two reviews, then a watch of four weeks, then one level", ".b..........", []Decision{hold(2, 2), clear(3), clear(4)}, "012222221111"},
		{"each level needs its own reviews", ".b..............", []Decision{hold(2, 2), clear(3), clear(4), clear(9), clear(10)}, "0122222211111100"},
		{"a review that is not clear begins the count again", ".b..........", []Decision{hold(2, 2), clear(3), {ProviderID: "P", On: week(4), Kind: Review}, clear(5)}, "012222222222"},
		{"held below what flags say", ".b......", []Decision{hold(0, 1)}, "11111111"},
		{"in the order of their dates", ".b..........", []Decision{clear(4), hold(2, 2), clear(3)}, "012222221111"},
	} {
		res := run(t, tt.ds, home(t, "A", "P", letters(tt.weeks)...))
		if got := levels(res, "P"); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
	// A new hard flag during the watch begins it again.
	weeks := letters(".b.............")
	for i := 7; i < len(weeks); i++ {
		weeks[i] = vals{"concerns_12w": 0, "complaints_12w": 0, "rating_overall": 1, "rating_change_days": 3}
	}
	res := run(t, []Decision{hold(2, 2), clear(3), clear(4)}, home(t, "A", "P", weeks...))
	if got := levels(res, "P"); got != "012222222222222" {
		t.Errorf("a hard flag in the watch: %s", got)
	}
}

func TestAnEventEnteredByHand(t *testing.T) {
	res := run(t, []Decision{{ProviderID: "P", On: week(1), Kind: Hold, Level: rules.ProviderFailure, FailureKind: rules.FailureEvent, Reason: "A fire made the building unsafe."}},
		home(t, "A", "P", letters("....")...))
	l := res.Levels[0]
	if l.Level != rules.ProviderFailure || l.FailureKind != rules.FailureEvent || !strings.HasPrefix(l.Headline, "A fire made the building unsafe. Decided on 12 Jan 2026.") {
		t.Errorf("got %+v", l)
	}
	if len(res.Items) != 1 || !res.Items[0].Always || !res.Items[0].WithinShare {
		t.Errorf("the event is not on the list: %+v", res.Items)
	}
}

func TestBadInput(t *testing.T) {
	good := home(t, "A", "P", letters("..")...)
	edit := func(f func(*Unit)) Unit { u := good; u.Looks = append([]Look(nil), good.Looks...); f(&u); return u }
	for _, tt := range []struct {
		name string
		u    Unit
		want string
	}{
		{"no id", edit(func(u *Unit) { u.ID = "" }), "needs a kind and an id"},
		{"kind", edit(func(u *Unit) { u.Kind = "county" }), "needs a kind and an id"},
		{"no provider", edit(func(u *Unit) { u.ProviderIDs = nil }), "has no provider"},
		{"two providers", edit(func(u *Unit) { u.ProviderIDs = []string{"P", "Q"} }), "only a brand may have several"},
		{"week twice", edit(func(u *Unit) { u.Looks = append(u.Looks, u.Looks[0]) }), "is given twice"},
		{"not a Monday", edit(func(u *Unit) { u.Looks[0].Week = week(0).AddDate(0, 0, 1) }), "does not begin on a Monday"},
		{"future", edit(func(u *Unit) { u.Looks[0].Week = week(400) }), "ends after the as-of date"},
	} {
		if err := NewBuilder(trialSet(t), week(300)).Add(tt.u); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	b := NewBuilder(trialSet(t), week(300))
	if err := b.Add(good); err != nil {
		t.Fatal(err)
	}
	if err := b.Add(good); err == nil {
		t.Error("a unit given twice is accepted")
	}
	for _, d := range []Decision{{}, {ProviderID: "P", Kind: "shrug", On: week(1)}, {ProviderID: "P", Kind: Hold, Level: 9, On: week(1)}, {ProviderID: "P", Kind: Review}} {
		if _, err := b.Result([]Decision{d}); err == nil {
			t.Errorf("decision accepted: %+v", d)
		}
	}
}

func TestNothingAtAll(t *testing.T) {
	b := NewBuilder(trialSet(t), week(10))
	res, err := b.Result(nil)
	if err != nil || len(res.Levels) != 0 || res.Load.ConcernBinds {
		t.Errorf("empty: %+v %v", res, err)
	}
	b.AddProvider("P")
	if err := b.Add(Unit{Kind: rules.UnitLocation, ID: "A", ProviderIDs: []string{"Q"}}); err != nil {
		t.Fatal(err)
	}
	if err := b.Add(Unit{Kind: rules.UnitLocation, ID: "B", ProviderIDs: []string{"Q"}, Looks: []Look{{Week: week(1)}}}); err != nil {
		t.Fatal(err)
	}
	res, err = b.Result(nil)
	if err != nil || len(res.Levels) != 2 || res.Levels[0].Level != 0 || len(res.Silent) == 0 || res.Silent[0].Unknown != 1 {
		t.Errorf("got %+v %v", res, err)
	}
	if !res.Levels[0].MovedOn.Equal(time.Time{}) || res.Levels[0].Headline != "No signal warrants review in what has been received." {
		t.Errorf("got %+v", res.Levels[0])
	}
}
