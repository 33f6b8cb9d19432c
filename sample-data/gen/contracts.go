package gen

import (
	"fmt"
	"math"
)

// contract is an agreement between the council and a supplier.
type contract struct {
	reference string
	ocid      string
	title     string
	cpv, what string
	pro, word string // the register's own classification
	supplier  string
	postcode  string
	company   string
	charity   string
	framework []*provider // the suppliers of a framework agreement, named together
	value     int         // pounds over the whole term; 0 for a call-off framework
	awarded   Day
	from, to  Day
	extended  Day // when an extension was taken, or none
	later     Day // the end after it
}

var careTitles = []struct{ title, cpv, what string }{
	{"Residential care placements (block)", "85311100", "Welfare services for the elderly"},
	{"Nursing care beds, block contract", "85144000", "Residential health facilities services"},
	{"Home care and reablement", "85310000", "Social work services"},
	{"Supported living for adults with a learning disability", "85310000", "Social work services"},
	{"Extra care: care and support", "85000000", "Health and social work services"},
}

// makeContracts gives about half of the providers an agreement with the council, and the
// council a few that have nothing to do with care.
func (c *county) makeContracts() []*contract {
	r := stream(c.seed, "contracts")
	var out []*contract
	for _, v := range c.providers {
		must := v == c.cast.insolvent || v == c.cast.cluster.provider || v == c.cast.large.provider || v.brand == c.cast.group
		if v.locations[0].predecessor != nil || !(must || r.chance(0.45)) {
			continue
		}
		kind := map[string]int{nursing: 1, residential: 0, homeCare: 2, livingKind: 3, extraCare: 4}[v.locations[0].kind]
		k := &contract{title: careTitles[kind].title + ": " + v.locations[0].at.town, cpv: careTitles[kind].cpv, what: careTitles[kind].what,
			pro: "321000", word: "Social Care Adult", supplier: v.name, postcode: v.home.postcode, company: v.companyNumber, charity: v.charityNumber}
		k.from = day("2021-04-01") + Day(r.intn(68)*30)
		if must {
			k.from = day("2024-04-01") + Day(r.intn(20)*30)
		}
		years := r.between(2, 4)
		k.to = k.from + Day(years*365)
		if v.left != 0 && v.left < k.to {
			k.to = v.left
		}
		beds := 0.0
		for _, l := range v.locations {
			beds += l.people
		}
		k.value = int(math.Max(beds, 8)) * 9_000 * years
		out = append(out, k)
	}
	out = append(out, c.otherContracts(r)...)
	for i, k := range out {
		k.reference = fmt.Sprintf("LKC%05d", 1100+i*7)
		k.ocid = fmt.Sprintf("ocds-larks1-%s", guid(stream(c.seed, "ocid", k.reference)))
		k.awarded = k.from - Day(r.between(20, 70))
		if years := k.to - k.from; years > 700 && r.chance(0.3) && k.to < end && k.company != "" {
			k.extended, k.later = k.to-60, k.to+365
		}
	}
	return out
}

// otherContracts are the framework for spot placements and what a council buys besides care.
func (c *county) otherContracts(r *rng) []*contract {
	frame := &contract{title: "Framework for spot residential and nursing placements", cpv: "85311100", what: "Welfare services for the elderly",
		pro: "320000", word: "Social Care", supplier: "Various", from: day("2024-04-01"), to: day("2028-03-31")}
	for _, v := range c.providers {
		if v.focus == "care" && v.left == 0 && v.registered < day("2024-01-01") && len(frame.framework) < 24 {
			frame.framework = append(frame.framework, v)
		}
	}
	out := []*contract{frame}
	rest := []struct{ title, cpv, what, pro, word, supplier string }{
		{"Special needs transport", "60130000", "Special-purpose road passenger-transport services", "420000", "Transport", "Sandlewick Coaches Limited"},
		{"Resurfacing of coastal roads", "45000000", "Construction work", "391400", "Roads", "Marlpit Civil Works Limited"},
		{"Library roof repairs", "45000000", "Construction work", "391000", "Construction", "Marlpit Civil Works Limited"},
		{"Grounds maintenance, Ternmouth", "77300000", "Horticultural services", "320500", "Grounds", "Osierbank Grounds Limited"},
		{"Office cleaning", "90910000", "Cleaning services", "230000", "Facilities", "Tidewell Cleaning Services Limited"},
		{"Payroll software", "48000000", "Software package and information systems", "270000", "ICT", "Lowbarrow Systems Limited"},
	}
	for i, v := range rest {
		from := day("2023-05-01") + Day(i*170)
		out = append(out, &contract{title: v.title, cpv: v.cpv, what: v.what, pro: v.pro, word: v.word, supplier: v.supplier,
			postcode: fmt.Sprintf("LK%d 4ZZ", i+1), company: fmt.Sprintf("998%05d", 40_000+i*97), value: r.between(30, 900) * 1000, from: from, to: from + 3*365})
	}
	return out
}

func guid(r *rng) string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.next()>>32, r.next()>>48, r.next()>>52, r.next()>>52, r.next()>>16)
}
