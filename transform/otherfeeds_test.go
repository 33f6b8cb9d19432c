package transform

import "testing"

func TestIncidentsAreKnownFromTheDayTheyWereReported(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil))
	in := func(ref, occurred string, more row) row {
		r := row{"incident_ref": ref, "occurred_on": occurred, "cqc_location_id": "9-1", "provider_name": "Home 9-1", "incident_type": "fall", "harm": "low"}
		for k, v := range more {
			r[k] = v
		}
		return r
	}
	w.deliver("incident", "2026-09-01", in("A", "2026-08-02", row{"reported_on": "2026-08-05"}), in("B", "2026-08-03", row{"reported_on": "2026-10-05"}), in("C", "2026-08-04", row{"cqc_location_id": nil, "provider_name": "Elsewhere"}))
	w.deliver("incident", "2026-09-20", in("A", "2026-08-02", row{"reported_on": "2026-08-05", "incident_type": "serious_injury", "harm": "severe", "statutory": true}))
	read := w.run("2026-10-02")
	want(t, "incidents", read("SELECT incident_id, location_id, incident_type, harm, statutory, known_from, known_basis, days_to_report FROM core.incident ORDER BY 1"),
		"A 9-1 serious_injury severe true 2026-08-05 source 3\nB 9-1 fall low false 2026-09-01 received 63\nC - fall low false 2026-09-01 received -")
	want(t, "timeline", read("SELECT on_date, what, severity FROM mart.timeline WHERE kind = 'incident' ORDER BY 1"),
		"2026-08-02 Statutory notification: serious injury, harm: severe 2\n2026-08-03 Incident: fall, harm: low 1")
	want(t, "unmatched", read("SELECT feed, name_given, records FROM core.unmatched"), "incidents Elsewhere 1")
}

func TestActionsStandAsTheNewestListSays(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil))
	visit := row{"visit_ref": "V1", "visited_on": "2026-03-01", "cqc_location_id": "9-1", "provider_name": "Home 9-1", "overall": "good", "next_due_on": "2026-09-01"}
	w.deliver("quality_visit", "2026-03-10", visit)
	w.deliver("quality_visit", "2026-07-10", row{"visit_ref": "V2", "visited_on": "2026-07-01", "cqc_location_id": "9-1", "provider_name": "Home 9-1", "overall": "poor", "actions": 3, "next_due_on": "2026-08-01"})
	act := func(ref string, more row) row {
		r := row{"action_ref": ref, "visit_ref": "V2", "raised_on": "2026-07-01", "due_on": "2026-08-01", "theme": "medicines", "status": "open"}
		for k, v := range more {
			r[k] = v
		}
		return r
	}
	w.deliver("quality_action", "2026-07-10", act("A", nil), act("B", nil), act("C", row{"due_on": "2026-12-01"}), act("D", nil))
	w.deliver("quality_action", "2026-09-10", act("A", row{"completed_on": "2026-08-20", "status": "completed"}), act("D", row{"status": "cancelled"}))
	read := w.run("2026-10-02")
	want(t, "visits", read("SELECT visit_id, overall_score, score_before, next_overdue FROM core.quality_visit ORDER BY 1"), "V1 3 - false\nV2 1 3 true")
	want(t, "actions", read("SELECT action_id, location_id, state, days_overdue, days_late FROM core.quality_action ORDER BY 1"),
		"A 9-1 completed - 19\nB 9-1 overdue 62 -\nC 9-1 open - -\nD 9-1 cancelled - -")
	want(t, "timeline", read("SELECT on_date, what, severity FROM mart.timeline WHERE kind = 'visit' ORDER BY 1, 2"),
		"2026-03-01 Quality visit: good 0\n2026-07-01 Quality visit: poor, 3 actions agreed 3\n2026-08-01 Agreed action not done by its day: medicines 2")
}

func TestCompanyEventsFromTheRegistersOwnBodies(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_provider", "2026-01-01", row{"provider_id": "9-100", "name": "Wheatear Care Ltd", "companies_house_number": "01234567", "registration_status": "Registered"})
	w.deliver("company_event", "2026-09-20", row{"company_number": "01234567", "event_type": "administration", "event_on": "2026-09-07"})
	w.deliver("company_insolvency", "2026-09-10",
		row{"company_number": "01234567", "case_no": "1", "case_type": "in-administration", "date_kind": "administration-started-on", "on_date": "2026-09-07"},
		row{"company_number": "01234567", "case_no": "1", "case_type": "in-administration", "date_kind": "administration-ended-on", "on_date": "2026-09-30"},
		row{"company_number": "09999999", "case_no": "1", "case_type": "members-voluntary-liquidation", "on_date": "2026-01-05"})
	w.deliver("company_charge", "2026-09-10", row{"company_number": "01234567", "charge_ref": "a", "created_on": "2025-05-20", "status": "outstanding"})
	w.deliver("company_profile", "2026-03-01", row{"company_number": "01234567", "status": "active", "accounts_due_on": "2026-04-01"})
	w.deliver("company_profile", "2026-09-10", row{"company_number": "01234567", "status": "administration", "status_detail": "active-proposal-to-strike-off", "accounts_due_on": "2026-04-01", "accounts_overdue": true, "charges_outstanding": 1})
	read := w.run("2026-10-02")
	want(t, "events", read("SELECT company_number, event_type, is_business_failure, event_on, known_from FROM core.company_event ORDER BY 1, 4, 2"),
		"01234567 charge_created false 2025-05-20 2026-09-10\n01234567 accounts_overdue false 2026-04-02 2026-09-10\n01234567 administration true 2026-09-07 2026-09-10\n"+
			"01234567 strike_off_proposed false 2026-09-10 2026-09-10\n09999999 other false 2026-01-05 2026-09-10")
	want(t, "company", read("SELECT provider_id, status, accounts_overdue, accounts_days_late, charges_outstanding FROM core.company"), "9-100 administration true 184 1")
}

func TestServicesOutsideTheRegisterStandBesideTheOthers(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", row{"postal_code": "LK8 8BB", "latitude": 54.25, "longitude": 1.5}))
	service := func(ref, name, provider string, more row) row {
		r := row{"service_ref": ref, "service_name": name, "provider_ref": provider, "provider_name": "Sandglass Collective", "service_kind": "day_service", "local_authority": "Larkshire",
			"postcode": "LK7 7AA", "status": "open", "opened_on": "2015-01-01", "company_number": "09501000"}
		for k, v := range more {
			r[k] = v
		}
		return r
	}
	w.deliver("local_service", "2026-02-01", service("LOCAL-LS1", "Sandglass", "S", row{"latitude": 54.5, "longitude": 1.25}), service("LOCAL-LS2", "Tidepool", "S", nil))
	w.deliver("local_service", "2026-09-01", service("LOCAL-LS2", "Tidepool Hub", "S", row{"status": "closed", "closed_on": "2026-08-01"}), service("LOCAL-LS3", "Annexe", "", row{"cqc_provider_id": "9-100", "provider_ref": nil, "postcode": "lk88bb"}))
	w.deliver("safeguarding_concern", "2026-03-01", concern("C1", "2026-02-20", "LOCAL-LS1", nil), concern("C2", "2026-02-21", "", row{"cqc_location_id": nil, "provider_name": "the sandglass", "provider_postcode": "LK77AA"}))
	read := w.run("2026-10-02")
	want(t, "services", read("SELECT location_id, provider_id, service_kind, status, name FROM core.location WHERE source = 'local_register' ORDER BY 1"),
		"LOCAL-LS1 LOCAL-P-S day_service Registered Sandglass\nLOCAL-LS2 LOCAL-P-S day_service Deregistered Tidepool Hub\nLOCAL-LS3 9-100 day_service Registered Annexe")
	want(t, "where they are drawn", read("SELECT location_id, latitude, longitude FROM core.location WHERE source = 'local_register' ORDER BY 1"), "LOCAL-LS1 54.5 1.25\nLOCAL-LS2 - -\nLOCAL-LS3 54.25 1.5")
	want(t, "provider", read("SELECT name, company_number, locations_active FROM core.provider WHERE provider_id = 'LOCAL-P-S'"), "Sandglass Collective 09501000 1")
	want(t, "concerns", read("SELECT concern_id, location_id, provider_id FROM core.concern ORDER BY 1"), "C1 LOCAL-LS1 LOCAL-P-S\nC2 LOCAL-LS1 LOCAL-P-S")
	want(t, "rating", read("SELECT location_id, state FROM core.rating_current ORDER BY 1"), "9-1 never_rated\nLOCAL-LS1 not_rated_by_cqc\nLOCAL-LS2 not_rated_by_cqc\nLOCAL-LS3 not_rated_by_cqc")
	want(t, "never rated counts for nothing there", read("SELECT DISTINCT location_id, rating_never FROM staging.location_look WHERE location_id IN ('9-1', 'LOCAL-LS1') ORDER BY 1"), "9-1 1\nLOCAL-LS1 -")
}

func TestSpendingIsSummedAndAFileAgainReplaces(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_provider", "2026-01-01", row{"provider_id": "9-100", "name": "Wheatear Care Limited", "registration_status": "Registered"})
	line := func(on any, supplier string, amount float64) row {
		return row{"body_name": "Larkshire", "paid_on": on, "supplier_name": supplier, "amount": amount, "expense_type": "Care"}
	}
	w.deliver("spend_line", "2026-08-14", line("2026-07-03", "WHEATEAR CARE LTD", 100.10), line("2026-07-20", "WHEATEAR CARE LTD", -20), line(nil, "REDACTED", 5))
	w.deliver("spend_line", "2026-09-14", line("2026-08-03", "WHEATEAR CARE LTD", 70))
	w.deliver("spend_line", "2026-09-20", line("2026-08-03", "WHEATEAR CARE LTD", 75))
	w.exec("UPDATE load SET file_name = 'august.csv' WHERE load_id IN ('load003', 'load004')")
	w.deliver("lgsco_decision", "2026-09-20", row{"lgsco_ref": "25-001-234", "organisation": "Larkshire County Council", "provider_name": "Wheatear Care Ltd", "decision": "upheld", "decided_on": "2026-08-01"},
		row{"lgsco_ref": "25-001-235", "organisation": "wheatear care", "decision": "not_upheld", "decided_on": "2026-08-02"})
	read := w.run("2026-10-02")
	want(t, "spend", read("SELECT month, provider_id, lines, printf('%.2f', amount), credits FROM core.spend_month ORDER BY month NULLS LAST"),
		"2026-07-01 9-100 2 80.10 1\n2026-08-01 9-100 1 75.00 0\n- - 1 5.00 0")
	want(t, "files", read("SELECT lines, printf('%.2f', amount), undated FROM core.spend_file WHERE file_name <> 'august.csv'"), "3 85.10 1")
	want(t, "decisions", read("SELECT decision_id, provider_id, upheld FROM core.ombudsman_decision ORDER BY 1"), "25-001-234 9-100 true\n25-001-235 9-100 false")
}
