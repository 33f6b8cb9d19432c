package gen

import "fmt"

// churn makes the market move: openings, closures and changes of registration. The places of
// the stories come first in the list and are left alone.
func (c *county) churn(r *rng, n *namer) {
	c.assignCast(n)
	free := c.freeLocations()
	order := r.shuffle(len(free))
	at := 0
	take := func(ok func(*location) bool) *location {
		for ; at < len(order); at++ {
			if l := free[order[at]]; ok(l) && len(l.provider.locations) < 6 {
				at++
				return l
			}
		}
		return nil
	}
	for range 15 { // opened within the three and a half years
		if l := take(func(l *location) bool { return l.provider.brand != nil || len(l.provider.locations) > 1 }); l != nil {
			l.registered = day("2023-05-08") + Day(r.intn(1050))
		}
	}
	for i := range 12 { // closed, the provider with its last home
		if l := take(func(l *location) bool { return l.beds < 40 }); l != nil {
			l.left = day("2023-07-03") + Day(i*88+r.intn(60))
			if len(l.provider.locations) == 1 {
				l.provider.left = l.left
			}
		}
	}
	for i := range 3 { // the company changed its legal form
		if l := take(func(l *location) bool {
			return l.provider.brand == nil && len(l.provider.locations) == 1 && l.careHome()
		}); l != nil {
			c.reregister(r, n, l, day("2023-10-02")+Day(i*290), "Legal Entity Change", true)
		}
	}
	for i := range 2 { // an office that moved
		if l := take(func(l *location) bool { return l.kind == homeCare }); l != nil {
			c.reregister(r, n, l, day("2024-03-04")+Day(i*400), "Location Move", false)
		}
	}
	for range 4 { // registered, but nobody is cared for at present
		if l := take(func(l *location) bool { return l.beds == 0 && l.left == 0 }); l != nil {
			l.dormant, l.people = true, 0
		}
	}
	c.cast.after = c.reregister(r, n, c.cast.before, day("2026-06-01"), "New Provider", true)
}

// freeLocations are those that no story uses.
func (c *county) freeLocations() []*location {
	held := map[*provider]bool{c.cast.insolvent: true}
	for _, l := range []*location{c.cast.cluster, c.cast.decline, c.cast.pattern, c.cast.large, c.cast.before} {
		held[l.provider] = true
	}
	for _, v := range c.cast.group.providers {
		held[v] = true
	}
	var out []*location
	for _, l := range c.locations {
		if !held[l.provider] {
			out = append(out, l)
		}
	}
	return out
}

// reregister ends a registration and starts another at the same address, or at a new one when
// the office moved. The people who live there stay, so they keep their numbers.
func (c *county) reregister(r *rng, n *namer, old *location, on Day, reason string, newProvider bool) *location {
	v := old.provider
	if newProvider {
		k := len(c.providers) + 1
		v = &provider{id: fmt.Sprintf("9-1%08d", 10_000_000+k*37_411), focus: v.focus, ownership: "Organisation", registered: on, home: v.home}
		v.name, v.companyNumber = n.company(), fmt.Sprintf("99%06d", 100_000+k*1_733)
		c.providers = append(c.providers, v)
		old.provider.left = on
	}
	k := len(c.locations) + 1
	l := &location{id: fmt.Sprintf("9-2%08d", 20_000_000+k*61_813), name: old.name, ods: fmt.Sprintf("9L%03d", k), provider: v, kind: old.kind,
		beds: old.beds, people: old.people, learning: old.learning, at: old.at, phone: old.phone, registered: on, residents: old.residents,
		predecessor: old, linkReason: reason}
	if reason == "Location Move" {
		l.at = c.place(r)
	}
	old.left, old.successor, old.linkReason = on, l, reason
	v.locations = append(v.locations, l)
	c.locations = append(c.locations, l)
	return l
}
