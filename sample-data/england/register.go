package england

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// writeRegister makes the deliveries of CQC's API bodies, one body a line: everything on the first day, then each quarter what changed.
func (c *country) writeRegister() error {
	before := time.Time{}
	for on := First; ; {
		if err := c.writeBodies(before, on, "cqc_api_"+on.Format(time.DateOnly)+".jsonl"); err != nil {
			return err
		}
		if !on.Before(Last) {
			return nil
		}
		before = on
		if on = on.AddDate(0, 3, 0); on.After(Last) {
			on = Last
		}
	}
}

// writeChangedBodies makes the delivery of one more day: as many bodies as change on a day, with a new rating each.
func (c *country) writeChangedBodies(on time.Time) error {
	r := c.rng(2, uint64(on.Unix()))
	var b bytes.Buffer
	for range max(c.scaled(150), 1) {
		p := c.care.on(r, on)
		if p == nil || len(p.ratings) > 0 && p.ratings[len(p.ratings)-1].on.Equal(on) {
			continue
		}
		p.ratings = append(p.ratings, rated{on: on, overall: 2 + r.IntN(2), key: [5]int{2, 3, 3, 3, 2}})
		if err := p.write(&b, on); err != nil {
			return err
		}
		c.counts.Bodies++
	}
	return c.put("cqc_api", on.AddDate(0, 0, 1), "cqc_api_"+on.Format(time.DateOnly)+"_changes.jsonl", b.Bytes())
}

// writeBodies writes every body that reads otherwise on a day than it did before.
func (c *country) writeBodies(before, on time.Time, name string) error {
	var b bytes.Buffer
	in := func(t time.Time) bool { return !t.IsZero() && t.After(before) && !t.After(on) }
	for _, v := range c.companies {
		if in(v.registered) {
			if err := v.write(&b); err != nil {
				return err
			}
			c.counts.Bodies++
		}
	}
	for _, p := range c.places {
		changed := in(p.opened) || in(p.closed) || in(p.away)
		for _, t := range p.ratings {
			changed = changed || in(t.on)
		}
		if p.opened.After(on) || !changed {
			continue
		}
		if err := p.write(&b, on); err != nil {
			return err
		}
		c.counts.Bodies++
	}
	if b.Len() == 0 {
		return nil
	}
	return c.put("cqc_api", on, name, b.Bytes())
}

// object is a body in CQC's own spelling; an absent value is an absent key.
type object map[string]any

func line(b *bytes.Buffer, v any) error { return json.NewEncoder(b).Encode(v) }

func (v *company) write(b *bytes.Buffer) error {
	return line(b, object{"providerId": v.id, "organisationType": "Provider", "ownershipType": "Organisation", "type": "Social Care Org", "name": v.name,
		"registrationStatus": "Registered", "registrationDate": v.registered.Format(time.DateOnly), "companiesHouseNumber": v.number,
		"postalCode": v.at.postcode, "localAuthority": v.at.authority, "region": "North Sea (fictional)", "inspectionDirectorate": "Adult social care"})
}

var services = map[int][2]string{
	nursing:     {"Nursing homes", "Care home service with nursing"},
	residential: {"Residential homes", "Care home service without nursing"},
	homeCare:    {"Homecare agencies", "Domiciliary care service"},
	living:      {"Supported living", "Supported living service"},
	surgery:     {"Doctors/GPs", "Doctors consultation service"},
}

func (p *place) write(b *bytes.Buffer, on time.Time) error {
	kind, category, directorate, home := "Social Care Org", "Community based adult social care services", "Adult social care", "N"
	if p.careHome() {
		category, home = "Residential social care", "Y"
	}
	if !p.care() {
		kind, category, directorate = "Primary Medical Services", "GP Practices", "Primary medical services"
	}
	s := services[p.kind]
	act := object{"name": "Accommodation for persons who require nursing or personal care", "code": "RA2"}
	if p.away.IsZero() || p.away.After(on) {
		act["contacts"] = []object{{"personTitle": "", "personGivenName": "Redacted", "personFamilyName": "M" + p.id[3:], "personRoles": []string{"Registered Manager"}}}
	}
	body := object{"locationId": p.id, "providerId": p.company.id, "organisationType": "Location", "type": kind, "name": p.name,
		"registrationStatus": "Registered", "registrationDate": p.opened.Format(time.DateOnly), "dormancy": "N", "careHome": home, "numberOfBeds": p.beds,
		"inspectionDirectorate": directorate, "localAuthority": p.at.authority, "region": "North Sea (fictional)", "onspdLatitude": p.at.lat, "onspdLongitude": p.at.lon,
		"postalAddressLine1": "1 Beacon Road", "postalAddressTownCity": p.at.town, "postalCode": p.at.postcode,
		"gacServiceTypes":      []object{{"name": s[0], "description": s[1]}},
		"inspectionCategories": []object{{"code": "S1", "primary": "true", "name": category}},
		"specialisms":          []object{{"name": "Caring for adults over 65 yrs"}, {"name": "Dementia"}},
		"regulatedActivities":  []object{act}, "relationships": []object{}}
	if !p.closed.IsZero() && !p.closed.After(on) {
		body["registrationStatus"], body["deregistrationDate"] = "Deregistered", p.closed.Format(time.DateOnly)
	}
	p.showRatings(body, on)
	return line(b, body)
}

var (
	questions = [5]string{"Safe", "Effective", "Caring", "Responsive", "Well-led"}
	words     = [5]string{"", "Inadequate", "Requires improvement", "Good", "Outstanding"}
)

// showRatings puts the ratings published by a day into a body: the newest as the current one, the others as history.
func (p *place) showRatings(body object, on time.Time) {
	var historic []object
	for i, t := range p.ratings {
		if t.on.After(on) {
			break
		}
		day, link := t.on.Format(time.DateOnly), fmt.Sprintf("%s-%d", p.id, i)
		var keys []object
		for k, q := range questions {
			keys = append(keys, object{"name": q, "rating": words[t.key[k]], "reportDate": day, "reportLinkId": link})
		}
		overall := object{"rating": words[t.overall], "reportDate": day, "reportLinkId": link, "keyQuestionRatings": keys}
		if i+1 == len(p.ratings) || p.ratings[i+1].on.After(on) {
			body["currentRatings"] = object{"overall": overall, "reportDate": day}
		} else {
			historic = append(historic, object{"reportDate": day, "reportLinkId": link, "overall": overall})
		}
	}
	if len(historic) > 0 {
		body["historicRatings"] = historic
	}
}
