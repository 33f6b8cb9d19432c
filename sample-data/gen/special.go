package gen

import "fmt"

// plantPattern writes the concerns of the home whose volume is ordinary but where the same
// theme and the same members of staff return, each time with another person living there.
func (c *county) plantPattern() {
	l := c.cast.pattern
	r := stream(c.seed, "pattern")
	staffA, staffB := number("S", stream(c.seed, "pattern staff", "a")), number("S", stream(c.seed, "pattern staff", "b"))
	people := make([]string, 5)
	for i := range people {
		people[i] = number("P", stream(c.seed, "pattern people", fmt.Sprint(i)))
	}
	rows := []struct {
		on      string
		adult   int
		alleged string
		second  string
	}{
		{"2026-04-21", 0, staffA, ""}, {"2026-05-27", 1, staffB, "Emotional or Psychological"}, {"2026-06-30", 2, staffA, ""},
		{"2026-07-22", 3, staffB, ""}, {"2026-08-18", 4, staffA, "Emotional or Psychological"}, {"2026-09-09", 0, staffA, ""},
	}
	for i, row := range rows {
		k := &concern{seq: len(c.concerns), at: l, received: day(row.on), share: byProvider, planted: true}
		k.recorded = k.received + Day(r.between(1, 6))
		k.where = placeOfAbuse(r, l)
		k.source, k.relation = "Service provider - staff", "Paid worker - this provider"
		k.referrer = "Care provider - manager or staff"
		if i == 4 {
			k.referrer = "Family or friend"
		}
		k.types = []string{"Physical"}
		if row.second != "" {
			k.types = append(k.types, row.second)
		}
		k.adult, k.alleged = people[row.adult], row.alleged
		k.placing = r.pick(placingAuthorities)
		k.severity = "2 - Moderate"
		k.details = "Restraint said to be rough; see incident form."
		k.named, k.locID, k.postcode = l.name, l.id, l.at.postcode
		c.concerns = append(c.concerns, k)
	}
}

// unplaced adds concerns about services that are on no register here: agencies from elsewhere,
// a hospital ward, a provider that nobody wrote down.
func (c *county) unplaced() {
	r := stream(c.seed, "unplaced")
	names := []string{"Skerrymarsh Nightcare agency", "out of county nursing home", "Ternmouth General, ward 4", "private carer", "", "Holmfjord Care (Wrenshire)"}
	for monday := start.monday(); monday <= end; monday += 7 {
		for range r.poisson(0.9) {
			k := &concern{seq: len(c.concerns), received: monday + Day(r.intn(7))}
			if k.received < start || k.received > end {
				continue
			}
			k.recorded = k.received + late(r)
			if k.recorded > end {
				continue
			}
			k.where = r.oneOf("Own home", "Community", "Hospital - acute", "Day service", "Other")
			k.source = r.oneOf("Service provider - staff", "Known to individual - family or friend", "Not known", "Unknown to individual")
			k.relation = map[string]string{"Service provider - staff": "Paid worker - this provider", "Known to individual - family or friend": "Family or friend",
				"Not known": "Not known", "Unknown to individual": "Stranger"}[k.source]
			k.referrer = referrerFor(r, unknown)
			k.types = abuseTypes(r, unknown)
			k.adult = number("P", stream(c.seed, "elsewhere", fmt.Sprint(k.seq)))
			k.placing, k.severity = council, r.oneOf("1 - Low", "2 - Moderate")
			k.named = r.oneOf(names...)
			c.concerns = append(c.concerns, k)
		}
	}
}

// number gives references in the order of entry, which is how a case system does it.
func (c *county) number() {
	counts := map[int]int{}
	for _, k := range c.concerns {
		y := k.recorded.year()
		counts[y]++
		k.ref = fmt.Sprintf("SC-%d-%06d", y, counts[y])
		if k.veryLate {
			c.notes.late = append(c.notes.late, k.ref)
		}
	}
}

// decide gives each concern its decision, and an enquiry where the duty under section 42 is met.
func (c *county) decide() {
	for _, k := range c.concerns {
		r := stream(c.seed, "decision", k.ref)
		k.decided = k.recorded + Day(r.between(0, 4))
		if r.chance(0.07) {
			k.decided += Day(r.between(8, 40))
		}
		p := 0.21
		if k.share == byProvider {
			p = 0.35
		}
		switch x := r.float(); {
		case k.planted || x < p:
			k.decision, k.outcome = "Section 42 enquiry", "Progressed to enquiry"
		case x < p+0.06:
			k.decision, k.outcome = "Other safeguarding enquiry (non-statutory)", "Managed by provider"
		default:
			k.decision = "No further safeguarding action"
			k.outcome = r.oneOf("Advice given", "Managed by provider", "Care management review", "Signposted", "")
		}
		if k.decision == "Section 42 enquiry" && k.decided <= end {
			c.openEnquiry(r, k)
		}
	}
}
