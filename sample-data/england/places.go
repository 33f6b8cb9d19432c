package england

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// The kinds of place, with the share of each among England's locations. What is not social care is there because the register holds it.
const (
	nursing = iota
	residential
	homeCare
	living
	surgery
)

// company is a provider.
type company struct {
	id, name, number string
	registered       time.Time
	at               site
	places           int
}

type site struct {
	postcode, town, authority string
	lat, lon                  float64
}

// place is a location of the register.
type place struct {
	id, name           string
	kind               int
	beds               int
	company            *company
	at                 site
	opened, closed     time.Time // closed is zero while it is open
	ratings            []rated
	managerFrom, away  time.Time // away is when the manager left; zero for one who stays
	rate               float64   // what happens there against other places of its size
	firstAdult, adults int
}

// rated is one published set of ratings, from 1 Inadequate to 4 Outstanding.
type rated struct {
	on      time.Time
	overall int
	key     [5]int
}

func (p *place) care() bool     { return p.kind != surgery }
func (p *place) careHome() bool { return p.kind == nursing || p.kind == residential }

func (p *place) open(on time.Time) bool {
	return !on.Before(p.opened) && (p.closed.IsZero() || on.Before(p.closed))
}

func (c *country) makePlaces() {
	r := c.rng(1, 0)
	active, closed := c.scaled(ActiveLocations), c.scaled(ClosedLocations)
	names := newNamer()
	adults := 0
	span := int(Last.Sub(First).Hours() / 24)
	for i := range active + closed {
		p := &place{id: fmt.Sprintf("9-3%08d", i), kind: kindOf(r)}
		p.company = c.ownerOf(r, names)
		p.company.places++
		p.at = siteOf(r, i)
		p.name = names.place(p.kind, i)
		switch {
		case i < active: // a third of what is open has opened within the ten years
			p.opened = First.AddDate(0, 0, -r.IntN(2000)-1)
			if r.Float64() < 0.35 {
				p.opened = First.AddDate(0, 0, r.IntN(span-60))
			}
		default: // seven thousand a year close, which is what the registers of ten years show
			p.closed = First.AddDate(0, 0, 1+r.IntN(span))
			p.opened = p.closed.AddDate(0, 0, -200-r.IntN(3600))
		}
		p.size(r)
		p.rate = 0.35 + 1.3*r.ExpFloat64()/2
		p.firstAdult, p.adults = adults, max(p.beds, 30)*3
		adults += p.adults
		p.rateAll(r)
		p.manage(r)
		if p.company.registered.IsZero() || p.opened.Before(p.company.registered) {
			p.company.registered = p.opened
		}
		c.places = append(c.places, p)
	}
	c.counts.Active, c.counts.Closed, c.counts.Providers = active, closed, len(c.companies)
	c.care = newDraw(c.places, func(p *place) float64 {
		if !p.care() {
			return 0
		}
		return p.rate * float64(max(p.beds, 25))
	})
}

func kindOf(r *rand.Rand) int {
	switch x := r.Float64(); {
	case x < 0.10:
		return nursing
	case x < 0.33:
		return residential
	case x < 0.56:
		return homeCare
	case x < 0.62:
		return living
	}
	return surgery
}

// ownerOf gives a place its provider: four in ten of them run one more place of a company that is there.
func (c *country) ownerOf(r *rand.Rand, names *namer) *company {
	if n := len(c.companies); n > 0 && r.Float64() < 0.45 {
		return c.companies[int(float64(n)*r.Float64()*r.Float64())]
	}
	n := len(c.companies)
	v := &company{id: fmt.Sprintf("9-1%08d", n), name: names.company(n), number: fmt.Sprintf("99%06d", n), at: siteOf(r, 300_000+n)}
	c.companies = append(c.companies, v)
	return v
}

func (p *place) size(r *rand.Rand) {
	switch p.kind {
	case nursing:
		p.beds = 20 + r.IntN(70)
	case residential:
		p.beds = 4 + r.IntN(45)
	}
}

// rateAll gives a place its ratings: the first within two years of opening, then one every two to four years.
func (p *place) rateAll(r *rand.Rand) {
	end := Last
	if !p.closed.IsZero() {
		end = p.closed
	}
	level := 3
	for on := p.opened.AddDate(0, 0, 120+r.IntN(600)); on.Before(end); on = on.AddDate(0, 0, 700+r.IntN(800)) {
		if on.Before(First.AddDate(-6, 0, 0)) {
			continue
		}
		switch x := r.Float64(); {
		case x < 0.12:
			level = max(level-1, 1)
		case x < 0.26:
			level = min(level+1, 4)
		}
		t := rated{on: on, overall: level}
		for i := range t.key {
			t.key[i] = min(max(level+[]int{0, 0, 0, 1, -1}[r.IntN(5)], 1), 4)
		}
		p.ratings = append(p.ratings, t)
	}
}

// manage says since when a manager is registered, and when the newest of them left in one place of twelve.
func (p *place) manage(r *rand.Rand) {
	p.managerFrom = p.opened
	if p.care() && r.Float64() < 0.08 {
		p.away = p.opened.AddDate(0, 0, 200+r.IntN(2500))
	}
}
