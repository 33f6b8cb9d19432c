package contingency

import (
	"cmp"
	"math"
	"slices"
)

// Move is a number of people of one group who could go to one place.
type Move struct {
	Group, Place int // indexes into what [Assign] was given
	People       int
	Miles        float64
	MilesKnown   bool
}

// Why says why people have no place.
type Why string

// The reasons, from the widest: each is given only where the ones before it don't hold.
const (
	NoSuchPlace  Why = "no_such_place" // nobody reports a spare place of the kind
	NoneSuitable Why = "none_suitable" // places of the kind exist, but none meets the assumptions
	TooFar       Why = "too_far"       // suitable places exist, but none near enough
	AllTaken     Why = "all_taken"     // suitable places near enough are taken by others of the list
	HoursUnknown Why = "hours_unknown" // home care whose weekly hours nobody recorded
)

// faraway is the way to a place of unknown position, in tenths of a mile: it sorts behind every known one.
const faraway = int64(1_000_000)

// Short is a group's people without a place.
type Short struct {
	Group, People int
	Why           Why
}

// Assignment is who could go where, and who could not.
type Assignment struct {
	Moves []Move
	Short []Short
	// People is how many there are, Placed how many of them have a place.
	People, Placed int
}

// Rule is how [Assign] decides, in words for the page and the export.
const Rule = "As many people as possible are given a place; no other arrangement of the same places would place more. " +
	"Among such arrangements: those with the fewest suitable places choose first and take the nearest, and then two people exchange places wherever that shortens the way of both together. " +
	"Home care is matched by hours in the same order, nearest first, and a person's hours are not split between services."

type arc struct {
	place int
	cost  int64
	miles float64
	known bool
}

type plan struct {
	groups  []Group
	places  []Place
	arcs    [][]arc // of each group, nearest first
	free    []int
	waiting []int
	flow    []int32 // groups × places
	dead    []bool  // places from which no free place can be reached any more
}

// Assign gives people places by [Rule]. The same input gives the same answer.
func Assign(groups []Group, places []Place, a Assumptions) Assignment {
	p := &plan{groups: groups, places: places, arcs: make([][]arc, len(groups)), free: make([]int, len(places)),
		waiting: make([]int, len(groups)), flow: make([]int32, len(groups)*len(places)), dead: make([]bool, len(places))}
	for i, pl := range places {
		p.free[i] = max(0, pl.Free)
	}
	order := make([]int, len(groups))
	for i, g := range groups {
		order[i], p.waiting[i], p.arcs[i] = i, max(0, g.People), arcsOf(g, places, a)
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(p.choices(x), p.choices(y)) })
	for _, g := range order {
		p.nearest(g)
	}
	for _, g := range order {
		for more := groups[g].Kind != HomeCare; more && p.waiting[g] > 0; {
			more = p.augment(g)
		}
	}
	p.exchange()
	return p.answer(a)
}

// Candidates gives the indexes of the places that at least one group could use: everything that has to be looked at before people move,
// whichever of them the assignment picks.
func Candidates(groups []Group, places []Place, a Assumptions) []int {
	var out []int
	seen := make([]bool, len(places))
	for _, g := range groups {
		for _, arc := range arcsOf(g, places, a) {
			if !seen[arc.place] {
				seen[arc.place] = true
				out = append(out, arc.place)
			}
		}
	}
	slices.Sort(out)
	return out
}

func arcsOf(g Group, places []Place, a Assumptions) []arc {
	var out []arc
	for i, pl := range places {
		if pl.Free <= 0 || pl.Location == g.From || !a.serves(pl.Kind, g.Kind) || !a.meets(pl) {
			continue
		}
		miles, known, near := a.reach(g, pl)
		if !near {
			continue
		}
		cost := faraway
		if known {
			cost = int64(math.Round(miles * 10))
		}
		// Equal ways are told apart by what a family would ask next: a better rating, and less concern.
		cost = cost*100 + int64(4-min(pl.Rating, 4))*10 + int64(max(pl.Level, 0))
		out = append(out, arc{i, cost, miles, known})
	}
	slices.SortStableFunc(out, func(x, y arc) int { return cmp.Compare(x.cost, y.cost) })
	return out
}

// choices is how many spare units a group could use: the fewer, the sooner it chooses.
func (p *plan) choices(g int) int {
	n := 0
	for _, a := range p.arcs[g] {
		n += p.places[a.place].Free
	}
	return n
}

// unit is how much of a place one person takes; 0 says that nobody knows.
func (p *plan) unit(g int) int {
	if p.groups[g].Kind != HomeCare {
		return 1
	}
	return int(math.Ceil(p.groups[g].Hours))
}

func (p *plan) nearest(g int) {
	unit := p.unit(g)
	if unit <= 0 {
		return
	}
	for _, a := range p.arcs[g] {
		n := min(p.waiting[g], p.free[a.place]/unit)
		p.give(g, a.place, n)
	}
}

func (p *plan) give(g, place, n int) {
	p.flow[g*len(p.places)+place] += int32(n) //nolint:gosec // never more than the people of a group
	p.free[place] -= n * p.unit(g)
	p.waiting[g] -= n
}

// augment frees a place for one more person of the group by moving others along to places that suit them, and says whether it could. A
// place that leads nowhere now never will again, so it is left out from then on.
func (p *plan) augment(from int) bool {
	type step struct{ group, place, before int }
	var steps []step
	seenPlace, seenGroup := make([]bool, len(p.places)), make([]bool, len(p.groups))
	visit := func(g, before int) int {
		seenGroup[g] = true
		for _, a := range p.arcs[g] {
			if seenPlace[a.place] || p.dead[a.place] {
				continue
			}
			seenPlace[a.place] = true
			steps = append(steps, step{g, a.place, before})
			if p.free[a.place] > 0 {
				return len(steps) - 1
			}
		}
		return -1
	}
	end := visit(from, -1)
	for i := 0; end < 0 && i < len(steps); i++ {
		for g := range p.groups {
			if !seenGroup[g] && p.flow[g*len(p.places)+steps[i].place] > 0 {
				if end = visit(g, i); end >= 0 {
					break
				}
			}
		}
	}
	if end < 0 {
		for _, s := range steps {
			p.dead[s.place] = true
		}
		return false
	}
	p.free[steps[end].place]--
	for i := end; i >= 0; i = steps[i].before {
		s := steps[i]
		p.flow[s.group*len(p.places)+s.place]++
		if s.before >= 0 {
			p.flow[s.group*len(p.places)+steps[s.before].place]--
		}
	}
	p.waiting[from]--
	return true
}

// exchange lets pairs of people change places while that shortens the way of both together.
func (p *plan) exchange() {
	width := len(p.places)
	cost := make([]int64, len(p.groups)*width) // one more than the cost; 0 where the place doesn't suit
	for g, arcs := range p.arcs {
		if p.groups[g].Kind == HomeCare {
			continue
		}
		for _, a := range arcs {
			cost[g*width+a.place] = a.cost + 1
		}
	}
	const rounds = 6
	for range rounds {
		used, better := p.used(), false
		for i, x := range used {
			of := cost[x.group*width : (x.group+1)*width]
			for _, y := range used[i+1:] {
				xy, yx := of[y.place], cost[y.group*width+x.place]
				if xy == 0 || yx == 0 || xy+yx-2 >= x.cost+y.cost || x.group == y.group || x.place == y.place {
					continue
				}
				if n := min(p.flow[x.group*width+x.place], p.flow[y.group*width+y.place]); n > 0 {
					p.flow[x.group*width+x.place] -= n
					p.flow[y.group*width+y.place] -= n
					p.flow[x.group*width+y.place] += n
					p.flow[y.group*width+x.place] += n
					better = true
				}
			}
		}
		if !better {
			return
		}
	}
}

type use struct {
	group, place int
	cost         int64
}

func (p *plan) used() []use {
	var out []use
	for g := range p.groups {
		for _, a := range p.arcs[g] {
			if p.groups[g].Kind != HomeCare && p.flow[g*len(p.places)+a.place] > 0 {
				out = append(out, use{g, a.place, a.cost})
			}
		}
	}
	return out
}

func (p *plan) answer(a Assumptions) Assignment {
	var out Assignment
	for g := range p.groups {
		out.People += max(0, p.groups[g].People)
		for _, arc := range p.arcs[g] {
			if n := int(p.flow[g*len(p.places)+arc.place]); n > 0 {
				out.Moves = append(out.Moves, Move{g, arc.place, n, arc.miles, arc.known})
				out.Placed += n
			}
		}
		if p.waiting[g] > 0 {
			out.Short = append(out.Short, Short{g, p.waiting[g], p.why(g, a)})
		}
	}
	return out
}

// why names the first thing that stands in the way.
func (p *plan) why(g int, a Assumptions) Why {
	group, exists, suits := p.groups[g], false, false
	if group.Kind == HomeCare && p.unit(g) == 0 {
		return HoursUnknown
	}
	if len(p.arcs[g]) > 0 {
		return AllTaken
	}
	for _, pl := range p.places {
		if pl.Free <= 0 || pl.Location == group.From || !a.serves(pl.Kind, group.Kind) {
			continue
		}
		exists = true
		suits = suits || a.meets(pl)
	}
	switch {
	case !exists:
		return NoSuchPlace
	case !suits:
		return NoneSuitable
	default:
		return TooFar
	}
}
