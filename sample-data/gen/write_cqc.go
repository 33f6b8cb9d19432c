package gen

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// writeCQC makes the API deliveries: everything on the first load, then at each month's end the
// bodies that changed.
func (c *county) writeCQC(out *Output) error {
	last := map[string][]byte{}
	days := []Day{firstLoad}
	for _, m := range monthEnds() {
		if m > firstLoad {
			days = append(days, m)
		}
	}
	for i, on := range days {
		var entries []File
		keep := func(name string, body any) error {
			data, err := json.Marshal(body)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if !bytes.Equal(last[name], data) {
				last[name] = data
				entries = append(entries, File{Path: name, Data: data})
			}
			return nil
		}
		for _, l := range c.locations {
			if l.registered > on {
				continue
			}
			if err := keep("location_"+l.id+".json", l.body(c.seed, on)); err != nil {
				return err
			}
		}
		for _, v := range c.providers {
			if v.registered > on {
				continue
			}
			if err := keep("provider_"+v.id+".json", v.body(c.seed, on)); err != nil {
				return err
			}
		}
		data, err := tarball(on, entries)
		if err != nil {
			return fmt.Errorf("delivery of %s: %w", on.ISO(), err)
		}
		name := fmt.Sprintf("cqc_api_%s.tar.gz", on.format("2006-01"))
		if i == 0 {
			name = "cqc_api_full_" + on.ISO() + ".tar.gz"
		}
		out.add("cqc_api", on, name, data)
	}
	return nil
}

// body is the location as the API shows it on a day.
func (l *location) body(seed uint64, on Day) locationBody {
	b := locationBody{
		LocationID: l.id, ProviderID: l.provider.id, Organisation: "Location", Type: "Social Care Org", Name: l.name, ODS: l.ods,
		Status: "Registered", Registered: l.registered.ISO(), Dormant: "N", CareHome: "N", Beds: l.beds, Directorate: "Adult social care",
		Constituency: "Larkshire " + constituency(l.at.lat), Authority: authority, Region: region,
		ICBCode: "E99999999", ICBName: "NHS Larkshire Integrated Care Board", Latitude: l.at.lat, Longitude: l.at.lon,
		Street: l.at.street, Town: l.at.town, County: authority, Postcode: l.at.postcode, Phone: l.phone,
		Areas: []string{}, Types: []string{}, Relations: l.relations(on),
	}
	if v := l.provider.brand; v != nil {
		b.BrandID, b.BrandName = v.id, v.name
	}
	if l.left != 0 && l.left <= on {
		b.Status, b.Deregistered = "Deregistered", l.left.ISO()
	}
	if l.dormant {
		b.Dormant = "Y"
	}
	if l.careHome() {
		b.CareHome = "Y"
	}
	b.Services, b.Categories, b.Specialisms, b.Activities = l.services()
	l.fillManager(&b, on)
	l.fillRatings(seed, &b, on)
	return b
}

func constituency(lat float64) string {
	if lat > 54.85 {
		return "North"
	}
	return "South"
}

func (l *location) relations(on Day) []relation {
	out := []relation{}
	if p := l.predecessor; p != nil {
		out = append(out, relation{p.id, p.name, "HSCA Predecessor", l.linkReason})
	}
	if s := l.successor; s != nil && s.registered <= on {
		out = append(out, relation{s.id, s.name, "HSCA Successor", l.linkReason})
	}
	return out
}

// services are the service types, categories, specialisms and activities of a kind.
func (l *location) services() ([]named, []category, []named, []activity) {
	special := []named{{Name: "Caring for adults over 65 yrs"}, {Name: "Dementia"}}
	if l.learning {
		special = []named{{Name: "Caring for adults under 65 yrs"}, {Name: "Learning disabilities"}}
	}
	s1 := []category{{"S1", "true", "Residential social care"}}
	s2 := []category{{"S2", "true", "Community based adult social care services"}}
	rooms := []activity{{Name: "Accommodation for persons who require nursing or personal care", Code: "RA2"}}
	personal := []activity{{Name: "Personal care", Code: "RA1"}}
	switch l.kind {
	case nursing:
		return []named{{"Nursing homes", "Care home service with nursing"}}, s1, special,
			append(rooms, activity{Name: "Treatment of disease, disorder or injury", Code: "RA5"})
	case residential:
		return []named{{"Residential homes", "Care home service without nursing"}}, s1, special, rooms
	case homeCare:
		return []named{{"Homecare agencies", "Domiciliary care service"}}, s2, special, personal
	case livingKind:
		return []named{{"Supported living", "Supported living service"}}, s2, special, personal
	default:
		return []named{{"Supported housing", "Extra Care housing services"}}, s2, special, personal
	}
}

// fillManager puts the registered manager into the first activity. Who is away by notice keeps
// the contact until the registration ends; who has left is simply not there.
func (l *location) fillManager(b *locationBody, on Day) {
	m := l.manager(on)
	if m != nil {
		b.Activities[0].Contacts = []contact{{"", "Redacted", m.badge, []string{"Registered Manager"}}}
	}
	for _, s := range l.managers {
		gone := s.notified != 0 && s.notified <= on
		replaced := m != nil && m.from > s.from
		if gone && !replaced {
			b.ManagerAbsent = s.notified.ISO()
		}
	}
}

// body is the provider as the API shows it on a day.
func (v *provider) body(seed uint64, on Day) providerBody {
	b := providerBody{
		ProviderID: v.id, LocationIDs: []string{}, Organisation: "Provider", Ownership: v.ownership, Type: "Social Care Org", Name: v.name,
		Status: "Registered", Registered: v.registered.ISO(), Company: v.companyNumber, Charity: v.charityNumber,
		Street: v.home.street, Town: v.home.town, Region: region, Postcode: v.home.postcode, Directorate: "Adult social care", Authority: authority,
		Latitude: v.home.lat, Longitude: v.home.lon, Contacts: []contact{}, Relations: []relation{}, Areas: []string{},
	}
	if v.brand != nil {
		b.BrandID, b.BrandName = v.brand.id, v.brand.name
	}
	if v.left != 0 && v.left <= on {
		b.Status, b.Deregistered = "Deregistered", v.left.ISO()
	}
	for _, l := range v.locations {
		if l.registered <= on {
			b.LocationIDs = append(b.LocationIDs, l.id)
		}
	}
	_, cats, _, acts := v.locations[0].services()
	b.Categories = cats
	for _, a := range acts {
		b.Activities = append(b.Activities, activity{Name: a.Name, Code: a.Code, Nominated: &contact{"", "Redacted", badge(seed, v.id, 1), nil}})
	}
	return b
}
