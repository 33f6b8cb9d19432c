package gen

// Words for the levels; the two spellings of the second occur side by side in real files.
func ratingWord(level int, assessed bool) string {
	switch level {
	case 4:
		return "Outstanding"
	case 3:
		return "Good"
	case 2:
		if assessed {
			return "Requires Improvement"
		}
		return "Requires improvement"
	default:
		return "Inadequate"
	}
}

// rate gives a location its history of inspections. Inspections have become rare, so most
// ratings are old; a fall to Inadequate is kept for the stories and for one past case.
func rate(c *county, l *location) {
	r := stream(c.seed, "ratings", l.id)
	from := l.registered + Day(r.between(180, 600))
	if earliest := day("2016-03-01") + Day(r.intn(700)); from < earliest {
		from = earliest
	}
	level := 3
	if from < day("2025-01-01") && r.chance(0.22) {
		level = 2
	}
	for d := from; d <= end && (l.left == 0 || d < l.left-30); {
		gap := Day(r.between(380, 900))
		if d > day("2021-06-01") {
			gap = Day(r.between(1100, 2600))
		}
		if len(l.ratings) > 0 {
			level = step(r, level, d)
		}
		assessed := d >= day("2024-02-01") && r.chance(0.45)
		l.ratings = append(l.ratings, rating{on: d, overall: level, key: keys(r, level), assessed: assessed})
		if level == 2 && d > day("2019-01-01") {
			gap = Day(r.between(380, 760))
		}
		d += gap
	}
}

// step is what an inspection finds after the last one.
func step(r *rng, level int, on Day) int {
	down := 0.22
	if on > day("2025-07-01") {
		down = 0.06 // the last year is kept calm, so that the stories stand out
	}
	switch level {
	case 4:
		if r.chance(0.35) {
			return 3
		}
		return 4
	case 3:
		switch x := r.float(); {
		case x < down:
			return 2
		case x < down+0.05:
			return 4
		}
		return 3
	default:
		if r.chance(0.5) {
			return 3
		}
		return 2
	}
}

// keys draws key questions that aggregate to the overall level by the regulator's own rules:
// Good has at most one that requires improvement, Requires improvement has two or more.
func keys(r *rng, level int) [5]int {
	k := [5]int{3, 3, 3, 3, 3}
	switch level {
	case 4:
		k[2], k[4] = 4, 4
		if r.chance(0.5) {
			k[3] = 4
		}
	case 3:
		if r.chance(0.18) {
			k[r.oneOfInt(0, 4)] = 2
		}
	case 2:
		k[0], k[4] = 2, 2
		if r.chance(0.4) {
			k[1] = 2
		}
	default:
		k = [5]int{1, 2, 3, 2, 1}
	}
	return k
}

func (r *rng) oneOfInt(from ...int) int { return from[r.intn(len(from))] }

// staff gives a location its registered managers. Most leave no gap that CQC would hear of; a
// few gaps are long, and a handful last at the end.
func staff(c *county, l *location) {
	r := stream(c.seed, "managers", l.id)
	from := l.registered
	if early := day("2019-01-01") + Day(r.intn(1300)); from < early {
		from = early
	}
	k := 0
	for {
		k++
		s := spell{from: from, badge: badge(c.seed, l.id, k)}
		s.to = from + Day(r.between(420, 2600))
		if s.to >= day("2026-08-20") {
			s.to = 0
			l.managers = append(l.managers, s)
			return
		}
		gap := Day(r.intn(9))
		if r.chance(0.13) {
			gap = Day(r.between(30, 100))
			if r.chance(0.5) {
				s.notified = s.to - Day(r.intn(4))
			}
		}
		l.managers = append(l.managers, s)
		from = s.to + gap
		if l.left != 0 && from >= l.left {
			return
		}
	}
}

// badge stands where a manager's family name would be: a made-up token, never a name.
func badge(seed uint64, id string, k int) string {
	r := stream(seed, "badge", id, string(rune('a'+k)))
	const hex = "0123456789abcdef"
	b := []byte("L000000000")
	for i := 1; i < len(b); i++ {
		b[i] = hex[r.intn(16)]
	}
	return string(b)
}
