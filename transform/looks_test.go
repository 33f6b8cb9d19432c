package transform

import (
	"strconv"
	"testing"
)

// Every feed's indicators at two looks: what was known in the week of 27 July, and what a month later. What was told in between is not
// known before it was told.
func TestLooksAtTheOtherFeedsAsKnown(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil), home("9-2", "9-100", row{"name": "Home 9-2"}))
	w.deliver("safeguarding_concern", "2026-08-31",
		concern("C1", "2026-01-05", "9-1", row{"referrer": "Family or friend"}),
		concern("C2", "2026-07-20", "9-1", row{"referrer": "Police", "abuse_types": "Physical; Organisational"}),
		concern("C3", "2026-07-21", "9-1", row{"referrer": "Health - hospital"}),
		concern("C4", "2026-07-22", "9-1", row{"referrer": "Whistleblowing line"}),
		concern("C5", "2026-07-23", "9-1", row{"referrer": "CQC"}),
		concern("C6", "2026-07-23", "9-1", row{"referrer": "Care provider - manager or staff"}))
	in := func(ref, occurred, reported, harm string, statutory bool) row {
		return row{"incident_ref": ref, "occurred_on": occurred, "reported_on": reported, "cqc_location_id": "9-1", "provider_name": "Home 9-1", "incident_type": "fall", "harm": harm, "statutory": statutory}
	}
	w.deliver("incident", "2026-08-20", in("I1", "2026-07-06", "2026-07-07", "severe", true), in("I2", "2026-07-10", "2026-08-10", "low", false))
	w.deliver("incident", "2026-08-25", in("I1", "2026-07-06", "2026-07-07", "none", true))
	visit := func(ref, on, overall string, more row) row {
		r := row{"visit_ref": ref, "visited_on": on, "cqc_location_id": "9-1", "provider_name": "Home 9-1", "overall": overall, "safety": "poor", "staffing": "good", "next_due_on": "2026-08-01"}
		for k, v := range more {
			r[k] = v
		}
		return r
	}
	w.deliver("quality_visit", "2026-07-01", visit("V1", "2026-01-10", "good", row{"safety": "good"}))
	w.deliver("quality_visit", "2026-08-15", visit("V2", "2026-06-10", "requires_improvement", nil))
	act := func(ref, theme, raised, due string, more row) row {
		r := row{"action_ref": ref, "visit_ref": "V1", "theme": theme, "raised_on": raised, "due_on": due, "status": "open"}
		for k, v := range more {
			r[k] = v
		}
		return r
	}
	w.deliver("quality_action", "2026-07-10", act("A1", "medicines", "2026-01-10", "2026-02-10", row{"completed_on": "2026-03-01", "status": "completed"}),
		act("A2", "medicines", "2026-06-10", "2026-07-10", nil), act("A3", "staffing", "2026-06-10", "2026-12-10", nil))
	w.deliver("quality_action", "2026-08-15", act("A2", "medicines", "2026-06-10", "2026-07-10", row{"completed_on": "2026-08-01", "status": "completed"}))
	w.deliver("capacity", "2026-05-20", update("9-1", "2026-05-10 09:00:00", 40, 38, true))
	w.deliver("capacity", "2026-06-20", update("9-1", "2026-06-12 09:00:00", 40, 20, true))
	w.deliver("capacity", "2026-07-20", update("9-2", "2026-07-10 09:00:00", 20, 20, false))
	w.deliver("capacity", "2026-08-20", update("9-2", "2026-08-10 09:00:00", 20, 20, false))
	w.deliver("placement", "2026-07-25", placement("P1", "p1", "9-1", "2025-01-05", row{"weekly_hours": 10}), placement("P2", "p2", "9-1", "2025-01-05", row{"ends_on": "2026-05-01"}),
		placement("P3", "p3", "9-1", "2026-08-10", row{"weekly_hours": 4}))
	read := w.run("2026-08-31")
	at := func(columns, location, week string) string {
		return read("SELECT " + columns + " FROM staging.location_look_feed WHERE location_id = '" + location + "' AND week = '" + week + "'")
	}
	july, august := "2026-07-27", "2026-08-24"
	who := "concerns_family_26w, concerns_professional_26w, concerns_whistleblower_26w, concerns_police_26w, concerns_cqc_26w, themes_26w"
	want(t, "who raised them", at(who, "9-1", august), "0 1 1 1 1 3")
	want(t, "in June", at(who, "9-1", "2026-06-01"), "1 0 0 0 0 1")
	want(t, "half a year after the first", at(who, "9-1", "2026-07-13"), "0 0 0 0 0 0")
	want(t, "at the other home", at(who, "9-2", august), "0 0 0 0 0 0")
	incidents := "incidents_12w, incidents_26w, incidents_serious_26w, notifications_52w, incidents_late_52w"
	want(t, "incidents in July", at(incidents, "9-1", july), "1 1 1 1 0")
	want(t, "incidents in August, corrected", at(incidents, "9-1", august), "2 2 0 1 1")
	want(t, "no incident is nought once the feed speaks", at(incidents, "9-2", august), "0 0 0 0 0")
	visits := "visit_age_days, visit_below_good, visit_poor, visit_domains_low, visit_direction, visit_overdue_days"
	want(t, "the visit known in July", at(visits, "9-1", july), "204 0 0 0 - 1")
	want(t, "the visit known in August", at(visits, "9-1", august), "81 1 0 1 -1 29")
	want(t, "a home never visited", at(visits, "9-2", august), "- - - - - -")
	actions := "actions_open, actions_overdue, action_overdue_days, action_returns_52w"
	want(t, "actions in July", at(actions, "9-1", july), "2 1 23 1")
	want(t, "actions in August", at(actions, "9-1", august), "1 0 0 1")
	capacity := "beds_occupied, printf('%.2f', occupancy_share), printf('%.2f', occupancy_fall_26w), admissions_closed, capacity_age_days, capacity_missed"
	want(t, "capacity in July: one window missed", at(capacity, "9-1", july), "20 0.50 0.45 0 51 1")
	want(t, "capacity in August: two missed", at(capacity, "9-1", august), "20 0.50 0.45 0 79 2")
	want(t, "the full home, closed to new people", at(capacity, "9-2", august), "20 1.00 0.00 1 20 0")
	places := "people_placed, people_placed_before, hours_placed::INTEGER"
	want(t, "placed in July", at(places, "9-1", july), "1 2 10")
	want(t, "placed in August", at(places, "9-1", august), "2 2 14")
	want(t, "before the list came", at(places, "9-1", "2026-07-13"), "- - -")
}

func TestLooksAtMoneyAsKnown(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_provider", "2026-01-01", row{"provider_id": "9-100", "name": "Wheatear Care Ltd", "companies_house_number": "01234567", "registration_status": "Registered"})
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil))
	w.deliver("safeguarding_concern", "2026-08-31", concern("C1", "2026-01-05", "9-1", nil))
	w.deliver("company_charge", "2026-07-10", row{"company_number": "01234567", "charge_ref": "a", "created_on": "2026-06-20", "status": "outstanding"})
	w.deliver("company_event", "2026-08-10", row{"company_number": "01234567", "event_type": "dissolved", "event_on": "2026-08-01"})
	w.deliver("lgsco_decision", "2026-08-10", row{"lgsco_ref": "26 000 001", "organisation": "Wheatear Care Ltd", "decision": "upheld", "decided_on": "2026-05-01"})
	for i, month := range []string{"02", "03", "04", "05", "06", "07"} {
		amount := 1000
		if i > 2 {
			amount = 500
		}
		w.deliver("spend_line", "2026-"+month+"-28", row{"body_name": "Larkshire", "paid_on": "2026-" + month + "-10", "supplier_name": "Wheatear Care Ltd", "amount": amount})
	}
	var packages []row
	for i := range 8 {
		more := row{}
		if i < 3 {
			more["ends_on"] = "2026-07-01"
		}
		n := strconv.Itoa(i)
		packages = append(packages, placement("P"+n, "p"+n, "9-1", "2025-01-05", more))
	}
	w.deliver("placement", "2026-08-01", packages...)
	read := w.run("2026-08-31")
	at := func(week string) string {
		return read("SELECT charges_365d, dissolved_days, ombudsman_upheld_730d, printf('%.3f', spend_fall_share), provider_people_placed, printf('%.3f', placements_fall_share), contracts_ended_early_365d FROM staging.provider_look_money WHERE provider_id = '9-100' AND week = '" + week + "'")
	}
	want(t, "in June nothing of it is known", at("2026-06-01"), "- - - - - - -")
	want(t, "in July the charge, and five months of spending", at("2026-07-20"), "1 - - - - - -")
	want(t, "in August", at("2026-08-24"), "1 29 1 0.500 5 0.375 -")
}

// A provider is looked at, as its locations are, from the first day on which anything of it is known until two years after its last
// location stopped; a provider of several as long as one of them is.
func TestAProviderIsLookedAtWhileSomethingOfItCounts(t *testing.T) {
	w := newWorld(t)
	closed := func(on string) row {
		return row{"registration_status": "Deregistered", "deregistration_date": on}
	}
	w.deliver("cqc_provider", "2026-01-01", row{"provider_id": "9-600", "name": "Wheatear Care Ltd", "companies_house_number": "01234567", "registration_status": "Registered"})
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil), home("9-2", "9-200", row{"registration_date": "2026-05-06"}), home("9-3", "9-300", closed("2023-02-01")),
		home("9-4", "9-400", closed("2024-03-05")), home("9-5", "9-500", closed("2023-02-01")), home("9-6", "9-500", row{"registration_date": "2026-06-03"}),
		home("9-7", "9-600", row{"registration_date": "2026-06-03"}))
	w.deliver("company_event", "2026-04-07", row{"company_number": "01234567", "event_type": "accounts_overdue", "event_on": "2026-04-01"})
	w.deliver("safeguarding_concern", "2026-08-31", concern("C1", "2026-01-07", "9-1", nil))
	read := w.run("2026-08-30")
	want(t, "from and to", read("SELECT provider_id, min(week), max(week), count(*) FROM staging.provider_look GROUP BY ALL ORDER BY 1"), `
		9-100 2026-01-05 2026-08-24 34
		9-200 2026-05-04 2026-08-24 17
		9-400 2026-01-05 2026-02-23 8
		9-500 2026-01-05 2026-08-24 34
		9-600 2026-04-06 2026-08-24 21`)
}

// What spoils a delivery must not spoil an indicator: no row gives a number that is not one, and nothing is counted twice.
func TestLooksAtSpoiltDeliveries(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*world)
		query string
		want  string
	}{
		"more people than beds": {func(w *world) {
			w.deliver("capacity", "2026-07-20", update("9-1", "2026-07-10 09:00:00", 40, 400, true))
		},
			"SELECT occupancy_share, beds_occupied, capacity_missed FROM staging.location_look_feed WHERE week = '2026-07-20'", "- - 0"},
		"no beds at all": {func(w *world) { w.deliver("capacity", "2026-07-20", update("9-1", "2026-07-10 09:00:00", 0, 0, true)) },
			"SELECT occupancy_share, occupancy_fall_26w FROM staging.location_look_feed WHERE week = '2026-07-20'", "- -"},
		"an incident of tomorrow": {func(w *world) {
			w.deliver("incident", "2026-07-20", row{"incident_ref": "I", "occurred_on": "2027-01-01", "reported_on": "2026-07-19", "cqc_location_id": "9-1", "provider_name": "Home 9-1", "incident_type": "fall", "harm": "death"})
		}, "SELECT incidents_12w, incidents_serious_26w FROM staging.location_look_feed WHERE week = '2026-07-20'", "0 0"},
		"the same incidents twice": {func(w *world) {
			one := row{"incident_ref": "I", "occurred_on": "2026-07-10", "reported_on": "2026-07-11", "cqc_location_id": "9-1", "provider_name": "Home 9-1", "incident_type": "fall", "harm": "low"}
			w.deliver("incident", "2026-07-12", one)
			w.deliver("incident", "2026-07-19", one)
		}, "SELECT incidents_12w FROM staging.location_look_feed WHERE week = '2026-07-20'", "1"},
		"an action without a day": {func(w *world) {
			w.deliver("quality_visit", "2026-07-01", row{"visit_ref": "V", "visited_on": "2026-06-10", "cqc_location_id": "9-1", "provider_name": "Home 9-1"})
			w.deliver("quality_action", "2026-07-01", row{"action_ref": "A", "visit_ref": "V", "raised_on": "2026-06-10", "theme": "medicines"})
		}, "SELECT actions_open, actions_overdue, action_overdue_days, visit_below_good FROM staging.location_look_feed WHERE week = '2026-07-20'", "1 0 0 -"},
		"a package that ends before it begins": {func(w *world) {
			w.deliver("placement", "2026-07-01", placement("P", "p", "9-1", "2026-06-01", row{"ends_on": "2026-05-01"}))
		},
			"SELECT people_placed, people_placed_before FROM staging.location_look_feed WHERE week = '2026-07-20'", "0 0"},
		"credits beyond what was paid": {func(w *world) {
			for _, m := range []string{"01", "02", "03", "04", "05", "06"} {
				w.deliver("spend_line", "2026-"+m+"-28", row{"body_name": "Larkshire", "paid_on": "2026-" + m + "-10", "supplier_name": "Wheatear Care Ltd", "amount": -10})
			}
		}, "SELECT spend_fall_share FROM staging.provider_look_money WHERE week = '2026-07-20'", "-"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.deliver("cqc_provider", "2026-01-01", row{"provider_id": "9-100", "name": "Wheatear Care Ltd", "registration_status": "Registered"})
			w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil))
			w.deliver("safeguarding_concern", "2026-07-26", concern("C1", "2026-06-05", "9-1", nil))
			c.spoil(w)
			want(t, name, w.run("2026-07-27")(c.query), c.want)
		})
	}
}
