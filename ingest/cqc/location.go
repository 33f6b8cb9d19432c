package cqc

import (
	"strings"

	"bellwether/ingest/mapping"
)

const registeredManager = "registered manager"

// location sends a location body on as rows of the four tables.
func (b *bodies) location(no int64, l *location) error {
	t := b.locations
	for field, v := range map[string]text{
		"organisation_type": l.OrganisationType, "type": l.Type, "name": l.Name, "also_known_as": l.AlsoKnownAs,
		"registration_status": l.RegistrationStatus, "dormancy": l.Dormancy, "care_home": l.CareHome,
		"inspection_directorate": l.Directorate, "local_authority": l.LocalAuthority, "region": l.Region,
		"latitude": l.Latitude, "longitude": l.Longitude, "ods_code": l.OdsCode, "uprn": l.Uprn, "brand_name": l.BrandName,
	} {
		t.set(field, string(v))
	}
	for field, v := range map[string]text{
		"registration_date": l.RegistrationDate, "deregistration_date": l.DeregistrationDate, "manager_absent_date": l.ManagerAbsentDate,
		"last_inspection_date": l.Inspection.Value.Date, "last_report_date": l.Report.Value.Date,
	} {
		t.set(field, day(v))
	}
	location := id(l.LocationID)
	t.set("location_id", location)
	t.set("provider_id", id(l.ProviderID))
	t.set("brand_id", brand(l.BrandID))
	t.set("postal_code", postcode(l.PostalCode))
	t.set("number_of_beds", whole(l.NumberOfBeds))
	t.set("manager_count", managers(l.Activities))
	t.set("primary_category", primary(l.Categories))
	var services, specialisms, activities []string
	for _, s := range l.Services {
		name := s.Description
		if name == "" {
			name = s.Name
		}
		services = append(services, string(name))
	}
	for _, s := range l.Specialisms {
		specialisms = append(specialisms, string(s.Name))
	}
	for _, a := range l.Activities {
		activities = append(activities, string(a.Name))
	}
	t.set("service_types", bar(services))
	t.set("specialisms", bar(specialisms))
	t.set("regulated_activities", bar(activities))
	if err := t.send(no); err != nil {
		return err
	}
	if err := b.ratingsOf(no, location, l); err != nil {
		return err
	}
	for _, r := range l.Links {
		t := b.links
		t.set("location_id", location)
		t.set("related_location_id", id(r.RelatedID))
		t.set("related_name", string(r.RelatedName))
		t.set("relation_type", string(r.Type))
		t.set("reason", string(r.Reason))
		if err := t.send(no); err != nil {
			return err
		}
	}
	return nil
}

// brand reads a brand's identifier; files show a dash for none, and so may a body.
func brand(s text) string {
	if s == "-" {
		return ""
	}
	return id(s)
}

// managers counts the different people who hold the role of registered manager over all regulated activities. A body without
// any activity, as most deregistered ones are, says nothing about managers.
func managers(activities []activity) string {
	if len(activities) == 0 {
		return ""
	}
	people := map[string]bool{}
	for _, a := range activities {
		for _, c := range a.Contacts {
			for _, r := range c.Roles {
				if mapping.Fold(string(r)) == registeredManager {
					people[mapping.Fold(strings.Join([]string{string(c.Title), string(c.Given), string(c.Family)}, " "))] = true
				}
			}
		}
	}
	return itoa(len(people))
}

// primary gives the name of the category marked so; the mark is the text "true".
func primary(categories []category) string {
	for _, c := range categories {
		if strings.EqualFold(string(c.Primary), "true") {
			return string(c.Name)
		}
	}
	return ""
}

// provider sends a provider body on.
func (b *bodies) provider(no int64, p *provider) error {
	t := b.providers
	for field, v := range map[string]text{
		"name": p.Name, "ownership_type": p.OwnershipType, "charity_number": p.CharityNumber, "brand_name": p.BrandName,
		"type": p.Type, "registration_status": p.RegistrationStatus, "local_authority": p.LocalAuthority, "region": p.Region,
		"inspection_directorate": p.Directorate,
	} {
		t.set(field, string(v))
	}
	t.set("provider_id", id(p.ProviderID))
	t.set("companies_house_number", company(p.CompanyNumber))
	t.set("brand_id", brand(p.BrandID))
	t.set("registration_date", day(p.RegistrationDate))
	t.set("deregistration_date", day(p.DeregistrationDate))
	t.set("postal_code", postcode(p.PostalCode))
	return t.send(no)
}
