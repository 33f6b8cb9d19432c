package transform

import "testing"

// listed is a row of one of CQC's lists of locations.
func listed(register, id, provider string, more row) row {
	r := row{"register": register, "location_id": id, "provider_id": provider, "provider_name": "Provider " + provider, "location_name": "Home " + id, "location_type": "Social Care Org",
		"registration_status": "Registered", "registration_date": "2015-01-01", "care_home": true, "number_of_beds": 40, "local_authority": "Larkshire", "postal_code": "LK1 1AA", "service_types": "Residential homes"}
	for k, v := range more {
		r[k] = v
	}
	return r
}

func TestTheListsOfLocationsMakeARegister(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_register_file", "2026-01-05",
		listed("active", "9-1", "9-100", row{"brand_id": "-", "manager_present": true, "company_number": "01234567", "rating": "Good", "publication_date": "2024-05-01"}),
		listed("active", "9-2", "9-100", row{"service_types": "Homecare agencies", "care_home": false, "number_of_beds": nil, "rating": "Not Rated"}),
		listed("active", "9-3", "9-300", row{"dual_registered": true, "primary_id": "9-1"}),
		listed("active", "9-4", "9-400", nil))
	// The weekly directory says less: what it leaves out stays known.
	w.deliver("cqc_register_file", "2026-01-20", row{"register": "directory", "location_id": "9-1", "location_name": "Home One", "local_authority": "Larkshire", "registration_status": "Registered"},
		row{"register": "directory", "location_id": "9-5", "location_name": "New Lodge", "local_authority": "Larkshire", "service_types": "Nursing homes", "care_home": true, "registration_status": "Registered"})
	// CQC's own body goes before its lists.
	w.deliver("cqc_location", "2026-01-02", home("9-4", "9-400", row{"number_of_beds": 12}))
	read := w.run("2026-02-01")
	want(t, "locations", read("SELECT location_id, name, service_kind, registered_beds, status, manager_present, source FROM core.location ORDER BY 1"),
		"9-1 Home One care_home 40 Registered true cqc_register_files\n9-2 Home 9-2 home_care - Registered - cqc_register_files\n9-3 Home 9-3 care_home - Registered - cqc_register_files\n"+
			"9-4 Home 9-4 care_home 12 Registered true cqc_api\n9-5 New Lodge care_home_nursing - Registered - cqc_register_files")
	want(t, "providers", read("SELECT provider_id, name, company_number, beds_active FROM core.provider ORDER BY 1"),
		"9-100 Provider 9-100 01234567 40\n9-300 Provider 9-300 - 0\n9-400 Provider 9-400 - 12")
	want(t, "ratings", read("SELECT location_id, rating, rated_on, known_from, source FROM core.rating"), "9-1 Good 2024-05-01 2024-05-01 cqc_register_files")
	want(t, "in scope", read("SELECT location_id FROM staging.scope ORDER BY 1"), "9-1\n9-2\n9-3\n9-4\n9-5")
}

// TestDeactivatedIsNotClosed follows locations from the deactivated list to what carries them on, and leaves those alone where nothing, or
// more than one thing, does.
func TestDeactivatedIsNotClosed(t *testing.T) {
	w := newWorld(t)
	gone := func(id string, more row) row {
		r := listed("deactivated", id, "9-100", row{"registration_status": "Deregistered", "deregistration_date": "2025-12-01"})
		for k, v := range more {
			r[k] = v
		}
		return r
	}
	begun := func(id string, more row) row {
		r := listed("active", id, "9-200", row{"registration_date": "2025-12-02"})
		for k, v := range more {
			r[k] = v
		}
		return r
	}
	w.deliver("cqc_register_file", "2026-01-05",
		begun("9-11", row{"uprn": "100", "location_name": "A new name", "postal_code": "LK9 9ZZ"}),
		begun("9-12", row{"postal_code": "LK2 2BB", "location_name": "Smew  House"}), begun("9-13", row{"postal_code": "LK2 2BB", "location_name": "Other House"}),
		begun("9-14", row{"postal_code": "LK3 3CC", "location_name": "Renamed Court"}),
		begun("9-15", row{"postal_code": "LK4 4DD", "location_name": "One"}), begun("9-16", row{"postal_code": "LK4 4DD", "location_name": "Two"}),
		begun("9-17", row{"postal_code": "LK5 5EE", "location_name": "Agency", "care_home": false}),
		begun("9-18", row{"postal_code": "LK6 6FF", "location_name": "Later", "registration_date": "2026-06-01"}))
	w.deliver("cqc_register_file", "2026-01-06",
		gone("9-1", row{"uprn": "100"}),                                                               // the same property
		gone("9-2", row{"postal_code": "lk22bb", "location_name": "SMEW HOUSE"}),                      // the same postcode and name, beside another home
		gone("9-3", row{"postal_code": "LK3 3CC", "location_name": "Old Court"}),                      // the one home at the postcode
		gone("9-4", row{"postal_code": "LK4 4DD", "location_name": "Gone"}),                           // two fit equally well
		gone("9-5", row{"postal_code": "LK5 5EE", "location_name": "Agency Old", "care_home": false}), // an agency of another name
		gone("9-6", row{"postal_code": "LK6 6FF"}),                                                    // what came half a year later is another service
		gone("9-7", row{"postal_code": "LK7 7GG"}))
	w.deliver("safeguarding_concern", "2026-01-07", concern("C1", "2025-11-01", "9-1", nil))
	read := w.run("2026-07-01")
	want(t, "carried on", read("SELECT location_id, current_location_id, status, deregistered_on FROM core.location WHERE status = 'Deregistered' ORDER BY 1"),
		"9-1 9-11 Deregistered 2025-12-01\n9-2 9-12 Deregistered 2025-12-01\n9-3 9-14 Deregistered 2025-12-01\n9-4 9-4 Deregistered 2025-12-01\n"+
			"9-5 9-5 Deregistered 2025-12-01\n9-6 9-6 Deregistered 2025-12-01\n9-7 9-7 Deregistered 2025-12-01")
	want(t, "links", read("SELECT location_id, related_location_id, reason FROM core.location_link ORDER BY 1"),
		"9-1 9-11 inferred: registered at the same property\n9-2 9-12 inferred: registered at the same postcode under the same name\n9-3 9-14 inferred: the care home registered at the same postcode")
	want(t, "the history goes with it", read("SELECT location_id FROM core.concern"), "9-11")
}

// A location that came back on the active list after the deactivated one is registered, and its old end is forgotten.
func TestBackOnTheActiveList(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_register_file", "2026-01-05", listed("deactivated", "9-1", "9-100", row{"registration_status": "Deregistered", "deregistration_date": "2025-12-01"}))
	w.deliver("cqc_register_file", "2026-02-05", listed("active", "9-1", "9-100", nil))
	read := w.run("2026-03-01")
	want(t, "status", read("SELECT status, deregistered_on FROM core.location"), "Registered -")
}
