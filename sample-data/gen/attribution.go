package gen

import "fmt"

// describe fills a concern in: the words from which the loader will work out whose act it was,
// the kind of abuse, the people, and how the provider was written down.
func (c *county) describe(r *rng, k *concern) {
	l := k.at
	k.where = placeOfAbuse(r, l)
	if k.share == raised && !l.careHome() {
		k.where = "Own home"
	}
	c.sourceOf(r, k)
	if k.referrer == "" {
		k.referrer = referrerFor(r, k.share)
	}
	k.adult = c.adult(r, l, k.received)
	k.types = abuseTypes(r, k.share)
	for tries := 0; tries < 30 && l == c.cast.large && k.share == byProvider && c.crowded(k); tries++ {
		k.types = abuseTypes(r, k.share)
	}
	if k.share == byProvider && k.referrer != "Ambulance service" {
		k.alleged = c.alleged(r, k)
	}
	k.placing = r.pick(placingAuthorities)
	k.severity = r.pick([]choice{{46, "1 - Low"}, {36, "2 - Moderate"}, {12, "3 - Significant"}, {2, "4 - Critical"}, {4, ""}})
	k.details = r.pick([]choice{{70, ""}, {14, "See case notes."}, {5, "Telephone; form to follow."},
		{4, "Care plan reviewed, \"no further harm\" noted."}, {4, "Bruise seen, cause not known."}, {3, "Two calls.\nSecond caller gave dates."}})
	c.nameProvider(r, k)
}

func placeOfAbuse(_ *rng, l *location) string {
	switch l.kind {
	case nursing:
		return "Care Home - nursing"
	case residential:
		return "Care Home - residential"
	case livingKind:
		return "Supported living"
	case extraCare:
		return "Extra care housing"
	default:
		return "Own home"
	}
}

// sourceOf writes the source of risk and the relationship that stand for an attribution.
func (c *county) sourceOf(r *rng, k *concern) {
	switch k.share {
	case byProvider:
		k.source = r.pick([]choice{{72, "Service provider - staff"}, {28, "Service provider - organisation"}})
		k.relation = r.pick([]choice{{86, "Paid worker - this provider"}, {9, "Not known"}, {5, ""}})
	case unknown:
		k.source = r.pick([]choice{{64, "Not known"}, {36, ""}})
		k.relation = r.pick([]choice{{70, "Not known"}, {30, ""}})
	case residentsIn:
		k.source = "Known to individual - other service user"
		k.relation = r.pick([]choice{{90, "Other resident or service user"}, {10, ""}})
	case others:
		k.source = r.pick([]choice{{58, "Known to individual - family or friend"}, {26, "Known to individual - other"}, {16, "Unknown to individual"}})
		k.relation = map[string]string{"Known to individual - family or friend": "Family or friend",
			"Known to individual - other": "Visitor or neighbour", "Unknown to individual": "Stranger"}[k.source]
		if !k.at.careHome() {
			k.referrer = r.oneOf("Health - GP or community", "Police", "Social care staff", "Family or friend")
		}
	case raised:
		k.referrer = "Care provider - manager or staff"
		if k.at.careHome() {
			k.source = "Service provider - staff"
			k.relation = r.oneOf("Health professional", "Paid worker - another service")
			return
		}
		k.source = r.pick([]choice{{70, "Known to individual - family or friend"}, {30, "Known to individual - other"}})
		k.relation = "Family or friend"
	}
}

func referrerFor(r *rng, share string) string {
	switch share {
	case byProvider:
		return r.pick([]choice{{36, "Care provider - manager or staff"}, {15, "Health - GP or community"}, {12, "Health - hospital"},
			{12, "Social care staff"}, {12, "Family or friend"}, {4, "Ambulance service"}, {3, "CQC"}, {2, "Police"},
			{2, "Adult themselves"}, {1, "Anonymous"}, {1, "Other"}})
	case residentsIn:
		return r.pick([]choice{{82, "Care provider - manager or staff"}, {10, "Family or friend"}, {8, "Social care staff"}})
	default:
		return r.pick([]choice{{30, "Health - hospital"}, {22, "Health - GP or community"}, {18, "Social care staff"}, {14, "Family or friend"},
			{7, "Ambulance service"}, {5, "Police"}, {4, "Other"}})
	}
}

func abuseTypes(r *rng, share string) []string {
	main := []choice{{26, "Neglect and Omission"}, {18, "Physical"}, {17, "Emotional or Psychological"}, {15, "Organisational"},
		{13, "Financial"}, {6, "Sexual"}, {5, "Discriminatory"}}
	switch share {
	case unknown:
		main = []choice{{44, "Neglect and Omission"}, {34, "Physical"}, {8, "Self-neglect"}, {14, "Emotional or Psychological"}}
	case residentsIn:
		main = []choice{{74, "Physical"}, {18, "Emotional or Psychological"}, {8, "Sexual"}}
	case others:
		main = []choice{{38, "Financial"}, {24, "Emotional or Psychological"}, {18, "Physical"}, {14, "Domestic abuse"}, {4, "Sexual exploitation"}, {2, "Modern slavery"}}
	}
	out := []string{r.pick(main)}
	if r.chance(0.08) {
		if second := r.pick(main); second != out[0] {
			out = append(out, second)
		}
	}
	return out
}

// adult is the council's number for a person. People stay about two years, and one who was the
// subject of a concern is likelier than others to be so again.
func (c *county) adult(r *rng, l *location, on Day) string {
	if r.chance(0.45) {
		for i := len(c.concerns) - 1; i >= 0 && i > len(c.concerns)-12; i-- {
			if k := c.concerns[i]; k.at == l && on-k.received < 180 && k.adult != "" {
				return k.adult
			}
		}
	}
	place := r.intn(int(l.people) + 1)
	s := stream(c.seed, "stay", l.residents, fmt.Sprint(place))
	stay := (int(on) + s.intn(730)) / 730
	return number("P", stream(c.seed, "adult", l.residents, fmt.Sprint(place, stay)))
}

// crowded tells whether two other people were the subject of the same theme within half a
// year: the large home has much of everything and no theme that stands out.
func (c *county) crowded(k *concern) bool {
	people := map[string]bool{}
	for _, o := range c.concerns {
		if o.at == k.at && o.share == byProvider && k.received-o.received < 190 && o.adult != k.adult &&
			min(o.types[0], o.types[len(o.types)-1]) == min(k.types[0], k.types[len(k.types)-1]) {
			people[o.adult] = true
		}
	}
	return len(people) >= 2
}

func number(prefix string, r *rng) string {
	if prefix == "S" {
		return fmt.Sprintf("S%06d", 100_000+r.intn(899_999))
	}
	return fmt.Sprintf("P%07d", 1_000_000+r.intn(8_999_999))
}

// alleged is the number of the member of staff who is named. Few concerns name anybody, and a
// second person within half a year is rarer still: repetition is what the pattern story is about.
func (c *county) alleged(r *rng, k *concern) string {
	p := map[string]float64{"Physical": 0.16, "Sexual": 0.2, "Emotional or Psychological": 0.14, "Financial": 0.12}[k.types[0]]
	if k.types[0] == "Neglect and Omission" {
		p = 0.02
	}
	if !r.chance(p) {
		return ""
	}
	s := number("S", stream(c.seed, "staff", k.at.residents, fmt.Sprint(r.intn(int(k.at.people)+4))))
	for i := len(c.concerns) - 1; i >= 0 && c.concerns[i].at == k.at; i-- {
		if o := c.concerns[i]; o.alleged != "" && k.received-o.received < 196 {
			return ""
		}
	}
	return s
}

// nameProvider writes the provider as somebody typed it, with the register's id in most rows.
func (c *county) nameProvider(r *rng, k *concern) {
	l := k.at
	if p := l.predecessor; p != nil && k.received < l.registered+70 && r.chance(0.4) {
		l = p // the old registration lingers in the council's list
	}
	k.named = typed(r, l)
	if r.chance(0.86) {
		k.locID = l.id
	}
	if r.chance(0.55) {
		k.postcode = l.at.postcode
	}
	if k.locID == "" && k.postcode == "" && r.chance(0.6) {
		k.postcode = l.at.postcode
	}
	if k.locID == "" && r.chance(0.06) {
		k.named, k.postcode = r.oneOf("agency carer", "care home - name not given", "unknown provider", "home care agency (see notes)"), ""
	}
}
