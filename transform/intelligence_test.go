package transform

import "testing"

// TestIntelligenceJoinsTimelineAndLooks: a note is known from the day it was written down, in the version of its day; what is uncertain,
// reassuring or recorded elsewhere is shown and is no evidence; a note that names no location is about the provider as a whole.
func TestIntelligenceJoinsTimelineAndLooks(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil), home("9-2", "9-100", row{"name": "Home 9-2"}), home("9-3", "9-300", row{"name": "Home 9-3"}))
	w.deliver("safeguarding_concern", "2026-05-11", concern("C1", "2026-05-04", "9-2", nil)) // the weeks begin where concerns do
	note := func(id string, version int, known, on, location string, change ...func(*Note)) {
		n := Note{ID: id, ProviderID: "9-100", LocationID: location, Version: version, KnownFrom: known, On: on, Source: "family", Reliability: "likely", Theme: "medicines", Bears: "worse", Sharing: "partners"}
		for _, c := range change {
			c(&n)
		}
		w.notes = append(w.notes, n)
	}
	note("a", 1, "2026-06-10", "2026-06-08", "9-1")
	note("a", 2, "2026-07-15", "2026-06-08", "9-1", func(n *Note) { n.Reliability = "confirmed" })
	note("b", 1, "2026-06-11", "2026-06-09", "9-1", func(n *Note) { n.Source, n.Sharing = "whistle_blower", "all" })
	note("c", 1, "2026-06-11", "2026-06-09", "9-1", func(n *Note) { n.Reliability = "uncertain" })
	note("d", 1, "2026-06-11", "2026-06-09", "9-1", func(n *Note) { n.Bears = "better" })
	note("e", 1, "2026-06-11", "2026-06-09", "9-1", func(n *Note) { n.Elsewhere = "concern" })
	note("f", 1, "2026-06-11", "2026-06-09", "")
	note("g", 1, "2026-06-11", "2026-06-09", "9-2")
	note("g", 2, "2026-07-01", "", "", func(n *Note) { n.LocationID, n.Withdrawn = "9-2", true })
	note("h", 1, "2026-06-11", "2026-06-09", "", func(n *Note) { n.ProviderID = "9-300" })
	read := w.run("2026-08-31")
	at := func(table, key, id, week string) string {
		return read("SELECT intelligence_26w, intelligence_sources_26w, intelligence_confirmed_26w FROM staging." + table + " WHERE " + key + " = '" + id + "' AND week = '" + week + "'")
	}
	june, august := "2026-06-15", "2026-08-24"
	want(t, "the home in June", at("location_look_feed", "location_id", "9-1", june), "2 2 0")
	want(t, "the home in August", at("location_look_feed", "location_id", "9-1", august), "2 2 1")
	want(t, "before anybody wrote anything", at("location_look_feed", "location_id", "9-1", "2026-05-25"), "- - -")
	want(t, "taken back since", at("location_look_feed", "location_id", "9-2", june), "1 1 0")
	want(t, "taken back", at("location_look_feed", "location_id", "9-2", august), "0 0 0")
	want(t, "the provider as a whole", at("provider_look_money", "provider_id", "9-100", august), "1 1 0")
	want(t, "a provider with one home speaks of it", at("location_look_feed", "location_id", "9-3", august), "1 1 0")
	want(t, "as it stands", read("SELECT note_id, location_id, reliability, counts, known_from FROM core.intelligence WHERE provider_id = '9-100' ORDER BY 1"), `
a 9-1 confirmed true 2026-06-10
b 9-1 likely true 2026-06-11
c 9-1 uncertain false 2026-06-11
d 9-1 likely false 2026-06-11
e 9-1 likely false 2026-06-11
f - likely true 2026-06-11`)
	want(t, "the timeline", read("SELECT what, severity FROM mart.timeline WHERE feed = 'intelligence' AND record_id IN ('a', 'b', 'd') ORDER BY record_id"), `
Intelligence from family or a carer, confirmed, worrying: medicines (for statutory partners only) 2
Intelligence from a whistle-blower, likely, worrying: medicines 2
Intelligence from family or a carer, likely, reassuring: medicines (for statutory partners only) 0`)
}
