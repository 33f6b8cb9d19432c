package gen

// The dates of the planted stories. They are written for a look on AsOf.
var (
	clusterFrom    = day("2026-06-08")
	managerLeft    = day("2026-03-02")
	declineFrom    = day("2026-03-16")
	declineRated   = day("2026-08-27")
	patternFrom    = day("2026-04-06")
	groupFrom      = day("2026-05-25")
	administration = day("2026-09-07")
	practiceFrom   = day("2026-03-02")
	complaintsStop = day("2026-07-24") // the last day the complaints log reached
)

// assignCast picks the places of the stories: the first independents, and the fourth brand.
func (c *county) assignCast(n *namer) {
	c.cast.group = c.brands[3]
	var alone []*provider
	for _, v := range c.providers {
		if v.brand == nil && v.focus == "care" {
			alone = append(alone, v)
		}
	}
	pick := func(i int, kind string, beds int) *location {
		l := alone[i].locations[0]
		l.kind, l.beds, l.people = kind, beds, float64(beds)
		return l
	}
	c.cast.cluster = pick(0, residential, 60)
	c.cast.decline = pick(1, nursing, 56)
	c.cast.pattern = pick(2, residential, 32)
	c.cast.large = pick(3, nursing, 90)
	c.cast.before = pick(4, residential, 36)
	for _, v := range alone[5:] {
		if len(v.locations) == 3 {
			c.cast.insolvent = v
			break
		}
	}
	for i, l := range c.cast.insolvent.locations {
		l.kind, l.beds = residential, []int{28, 34, 22}[i]
		l.people = float64(l.beds)
	}
	homes := 0
	for _, v := range c.cast.group.providers {
		for _, l := range v.locations {
			l.kind, l.beds = []string{residential, nursing}[homes%2], []int{44, 52, 30, 48, 42, 34}[homes]
			l.people = float64(l.beds)
			if homes != 2 && homes != 5 {
				c.cast.failing = append(c.cast.failing, l)
			}
			homes++
		}
	}
	// The names follow the kinds, because the kinds were set here.
	for _, l := range c.castLocations() {
		l.name = n.location(l.kind, false)
	}
	c.cast.pattern.learning = true
}

func (c *county) castLocations() []*location {
	out := []*location{c.cast.cluster, c.cast.decline, c.cast.pattern, c.cast.large, c.cast.before}
	for _, v := range c.cast.group.providers {
		out = append(out, v.locations...)
	}
	return append(out, c.cast.insolvent.locations...)
}

// stories gives the planted places their histories.
func (c *county) stories() {
	for _, l := range append(c.castLocations(), c.cast.after) {
		l.rate, l.complaints, l.steady = 1, 1, true
	}
	c.good(c.cast.cluster, "2021-09-14")
	c.cast.cluster.surges = []surge{{from: clusterFrom, concerns: 7.2, complain: 15}}

	d := c.cast.decline
	c.good(d, "2022-03-22")
	d.ratings = append(d.ratings, rating{on: declineRated, overall: 2, key: [5]int{2, 3, 3, 3, 2}})
	d.managers = []spell{{from: day("2019-05-13"), to: managerLeft + 45, notified: managerLeft, badge: badge(c.seed, d.id, 1)}}
	d.surges = []surge{{from: declineFrom, ramp: 70, concerns: 4.6, complain: 1}, {from: day("2026-05-04"), ramp: 28, concerns: 1, complain: 9}}

	c.good(c.cast.pattern, "2020-11-05")
	c.cast.pattern.quiet = patternFrom
	c.good(c.cast.large, "2023-02-16")
	c.cast.large.rate = 1.15
	for i, l := range c.cast.failing {
		c.good(l, []string{"2021-05-20", "2022-07-07", "2020-10-15", "2022-01-27"}[i])
		l.surges = []surge{{from: groupFrom + Day(7*i), ramp: 14, concerns: 5.2, complain: 5.5}}
	}
	fall := func(l *location, on string) {
		l.ratings = append(l.ratings, rating{on: day(on), overall: 2, key: [5]int{2, 2, 3, 3, 2}})
	}
	fall(c.cast.failing[0], "2026-07-16")
	fall(c.cast.failing[2], "2026-09-03")
	for i, l := range c.cast.insolvent.locations {
		c.good(l, []string{"2021-02-11", "2022-05-12", "2020-08-20"}[i])
	}
	b := c.cast.before
	c.good(b, "2019-06-18")
	b.ratings = append(b.ratings, rating{on: day("2023-08-10"), overall: 2, key: [5]int{2, 3, 3, 3, 2}},
		rating{on: day("2025-11-20"), overall: 1, key: [5]int{1, 2, 3, 2, 1}})
	b.surges = []surge{{from: day("2025-07-07"), to: day("2026-05-31"), ramp: 60, concerns: 3.2, complain: 3}}
	b.managers = []spell{{from: day("2020-02-03"), to: day("2026-05-20"), badge: badge(c.seed, b.id, 1)}}
	c.cast.after.managers = []spell{{from: day("2026-06-01"), badge: badge(c.seed, c.cast.after.id, 1)}}
	c.past()
}

// good gives a planted home an unremarkable record up to its story.
func (c *county) good(l *location, on string) {
	l.registered = min(l.registered, day("2016-10-03"))
	l.provider.registered = min(l.provider.registered, l.registered)
	l.ratings = []rating{
		{on: day(on) - 1190, overall: 3, key: [5]int{3, 3, 3, 3, 3}},
		{on: day(on), overall: 3, key: [5]int{3, 3, 3, 3, 3}},
	}
	l.managers = []spell{{from: day("2019-05-13"), badge: badge(c.seed, l.id, 1)}}
}

// past gives one other home a fall to Inadequate that is over: it was put right since.
func (c *county) past() {
	for _, l := range c.freeLocations() {
		if l.kind == nursing && l.left == 0 && l.predecessor == nil && l.registered < day("2019-01-01") {
			l.ratings = []rating{
				{on: day("2019-10-22"), overall: 3, key: [5]int{3, 3, 3, 3, 3}},
				{on: day("2023-09-14"), overall: 1, key: [5]int{1, 2, 3, 2, 1}},
				{on: day("2024-04-18"), overall: 2, key: [5]int{2, 3, 3, 3, 2}},
				{on: day("2025-03-13"), overall: 3, key: [5]int{3, 3, 3, 3, 3}},
			}
			return
		}
	}
}
