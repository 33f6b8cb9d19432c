package transform

import "testing"

func placement(ref, person, location, starts string, more row) row {
	r := row{"placement_ref": ref, "person_ref": person, "cqc_location_id": location, "provider_name": "Home " + location, "placing_authority": "Larkshire County Council",
		"service": "care_home", "need": "Physical support", "funding": "council", "weekly_cost": 800, "starts_on": starts}
	for k, v := range more {
		r[k] = v
	}
	return r
}

func update(location, at string, beds, occupied int, open bool) row {
	return row{"location_id": location, "updated_at": at, "beds": beds, "occupied": occupied, "vacancies": beds - occupied, "accepting_admissions": open, "agency_nurses": 1, "agency_care_workers": 2}
}

func TestPlacementsRunUntilTheyEndOrLeaveTheList(t *testing.T) {
	lists := func(w *world) {
		w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil), home("9-2", "9-100", row{"name": "Fenwick House", "postal_code": "LK1 9ZZ"}))
		w.deliver("placement", "2026-07-01",
			placement("A", "p1", "9-1", "2025-01-05", nil),
			placement("B", "p2", "9-1", "2025-02-05", row{"ends_on": "2026-06-20", "weekly_cost": 900}),
			placement("C", "p3", "9-1", "2025-03-05", nil),
			placement("E", "p5", "9-1", "2026-12-24", nil),
			placement("F", "p6", "", "2026-01-02", row{"provider_name": "Nobody knows", "cqc_location_id": nil}))
		w.deliver("placement", "2026-09-28", placement("A", "p1", "9-1", "2025-01-05", row{"weekly_cost": 850})) // two files make one delivery
		w.deliver("placement", "2026-10-01",
			placement("D", "p1", "", "2026-08-01", row{"provider_name": "FENWICK HOUSE", "provider_postcode": "LK19ZZ", "cqc_location_id": nil, "weekly_cost": nil}),
			placement("F", "p6", "", "2026-01-02", row{"provider_name": "Nobody knows", "cqc_location_id": nil}))
	}
	for asOf, wanted := range map[string]string{
		"2026-08-01": "A 9-1 800.00 true false 2026-07-01\nB 9-1 900.00 false false 2026-07-01\nC 9-1 800.00 true false 2026-07-01\nE 9-1 800.00 false false 2026-07-01\nF - 800.00 true false 2026-07-01",
		"2026-10-02": "A 9-1 850.00 true false 2026-07-01\nB 9-1 900.00 false false 2026-07-01\nC 9-1 800.00 false true 2026-07-01\nD 9-2 - true false 2026-10-01\nE 9-1 800.00 false true 2026-07-01\nF - 800.00 true false 2026-07-01",
	} {
		w := newWorld(t)
		lists(w)
		read := w.run(asOf)
		want(t, "as of "+asOf, read("SELECT placement_id, location_id, printf('%.2f', weekly_cost), is_current, left_list, known_from FROM core.placement ORDER BY 1"), wanted)
		if asOf == "2026-10-02" {
			want(t, "who is affected", read("SELECT location_id, placing_authority, packages, people, printf('%.2f', weekly_cost), cost_unknown FROM mart.placement_sum ORDER BY location_id NULLS LAST"),
				"9-1 Larkshire County Council 1 1 850.00 0\n9-2 Larkshire County Council 1 1 - 1\n- Larkshire County Council 1 1 800.00 0")
			want(t, "unmatched", read("SELECT feed, name_given, records FROM core.unmatched"), "placements Nobody knows 1")
			want(t, "timeline", read("SELECT on_date, what FROM mart.timeline WHERE kind = 'placement' AND on_date > DATE '2026-05-01' ORDER BY 1"),
				"2026-06-30 Placements in June 2026: 0 began, 1 ended\n2026-08-31 Placements in August 2026: 1 began, 0 ended")
		}
	}
}

func TestHistoryOfPlacementsFollowsARegistration(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", row{"registration_status": "Deregistered", "deregistration_date": "2026-06-01"}), home("9-7", "9-700", row{"registration_date": "2026-06-01"}))
	w.exec("INSERT INTO cqc_relationship (location_id, related_location_id, relation_type, reason, load_id, row_no) VALUES ('9-7', '9-1', 'HSCA Predecessor', 'New Provider', 'load001', 2)")
	w.deliver("placement", "2026-10-01", placement("A", "p1", "9-1", "2025-01-05", nil))
	w.deliver("capacity", "2026-05-16", update("9-1", "2026-05-10 09:00:00", 40, 30, true))
	w.deliver("capacity", "2026-07-16", update("9-7", "2026-07-10 09:00:00", 40, 31, true))
	read := w.run("2026-10-02")
	want(t, "placed", read("SELECT location_id, provider_id FROM core.placement"), "9-7 9-700")
	want(t, "one history", read("SELECT location_id, location_id_given, updated_on, is_newest FROM core.capacity ORDER BY updated_on"),
		"9-7 9-1 2026-05-10 false\n9-7 9-7 2026-07-10 true")
}

func TestCapacityCountsUpdatesNotExtracts(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil), home("9-2", "9-100", nil), home("9-3", "9-100", nil))
	said := map[string]row{"9-1": update("9-1", "2026-06-09 10:00:00", 40, 38, true), "9-2": update("9-2", "2026-06-30 10:00:00", 30, 28, true)}
	w.deliver("capacity", "2026-06-16", said["9-1"], row{"location_id": "9-3", "beds": 20})
	w.deliver("capacity", "2026-07-10", said["9-1"], said["9-2"]) // the window is still open: nothing is judged by this extract
	w.deliver("capacity", "2026-07-16", said["9-1"], update("9-2", "2026-07-12 10:00:00", 30, 20, false))
	w.deliver("capacity", "2026-08-20", said["9-1"], update("9-2", "2026-08-19 10:00:00", 30, 20, true), row{"location_id": "9-404", "updated_at": "2026-08-10 00:00:00"})
	read := w.run("2026-10-02")
	want(t, "updates", read("SELECT location_id, updated_on, occupied, agency_workers, known_from, is_newest FROM core.capacity WHERE updated_on IS NOT NULL ORDER BY 1, 2"),
		"9-1 2026-06-09 38 3 2026-06-16 true\n9-2 2026-06-30 28 3 2026-07-10 false\n9-2 2026-07-12 20 3 2026-07-16 false\n9-2 2026-08-19 20 3 2026-08-20 true\n9-404 2026-08-10 - 0 2026-08-20 true")
	want(t, "windows", read("SELECT location_id, window_from, judged_on, missed FROM core.capacity_window WHERE location_id <> '9-404' ORDER BY 1, 2"),
		"9-1 2026-06-08 2026-06-16 false\n9-1 2026-07-08 2026-07-16 true\n9-1 2026-08-08 2026-08-20 true\n9-2 2026-07-08 2026-07-16 false\n9-2 2026-08-08 2026-08-20 false")
	want(t, "now", read("SELECT location_id, days_since_update, windows_missed, vacancies, admissions_open FROM mart.capacity_now WHERE location_id <> '9-404' ORDER BY 1"),
		"9-1 115 2 2 true\n9-2 44 0 10 true\n9-3 - 0 - -")
	want(t, "timeline", read("SELECT location_id, on_date, what FROM mart.timeline WHERE kind = 'capacity' ORDER BY 1, 2"),
		"9-1 2026-07-14 No capacity update in the monthly window\n9-1 2026-08-14 No capacity update in the monthly window\n9-2 2026-07-12 Closed to new admissions\n9-2 2026-08-19 Open to admissions again")
	want(t, "unmatched", read("SELECT feed, name_given FROM core.unmatched"), "capacity CQC id 9-404")
}

func TestPeopleNotKnownToUs(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil), home("9-2", "9-100", nil), home("9-3", "9-100", nil))
	w.deliver("capacity", "2026-09-16", update("9-1", "2026-09-10 10:00:00", 40, 30, true), update("9-2", "2026-09-10 10:00:00", 40, 1, true))
	w.deliver("placement", "2026-10-01", placement("A", "p1", "9-1", "2025-01-05", nil), placement("B", "p2", "9-1", "2025-01-05", nil), placement("C", "p2", "9-1", "2025-01-05", nil),
		placement("D", "p3", "9-2", "2025-01-05", nil), placement("E", "p4", "9-2", "2025-01-05", nil))
	list := func(location, returned, authority, payer string, people any) row {
		r := row{"cqc_location_id": location, "provider_name": "Home " + location, "list_on": "2026-03-31", "due_on": "2026-05-29", "people": people}
		for k, v := range map[string]string{"returned_on": returned, "authority": authority, "payer": payer} {
			if v != "" {
				r[k] = v
			}
		}
		return r
	}
	w.deliver("placement_return", "2026-06-01", list("9-1", "", "", "", nil), list("9-2", "", "", "", nil))
	w.deliver("placement_return", "2026-09-01", list("9-1", "2026-08-20", "Larkshire County Council", "council", 2), list("9-1", "2026-08-20", "Wrenshire Council", "council", 5), list("9-1", "2026-08-20", "", "self", 21))
	read := w.run("2026-10-02")
	want(t, "known", read("SELECT location_id, occupied, known_people, not_known_to_us, listed_people, listed_self_funded, listed_by_authorities, listed_councils, list_state FROM mart.people_known ORDER BY 1"),
		"9-1 30 2 28 28 21 7 2 returned\n9-2 1 2 0 - - - - overdue")
	want(t, "overdue", read("SELECT location_id, on_date, what FROM mart.timeline WHERE feed = 'placement_returns'"), "9-2 2026-05-29 Yearly list of placements by authority is overdue")
}
