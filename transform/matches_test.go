package transform

import "testing"

// matched runs the models with decisions about names.
func (w *world) matched(asOf string, matches ...Match) func(string) string {
	w.t.Helper()
	w.matches = matches
	return w.run(asOf)
}

func TestPeopleDecideWhoIsMeant(t *testing.T) {
	deliver := func(w *world) {
		w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", row{"name": "Fenwick House", "postal_code": "LK1 2AB"}), home("9-2", "9-200", row{"name": "Fenwick Court", "postal_code": "LK5 1ZZ"}))
		w.deliver("safeguarding_concern", "2026-03-01",
			concern("C1", "2026-02-20", "", row{"cqc_location_id": nil, "provider_name": "Fenwik Hse", "provider_postcode": "LK1 9ZZ"}),
			concern("C2", "2026-02-21", "", row{"cqc_location_id": nil, "provider_name": "Fenwik Hse", "provider_postcode": "LK1 9ZZ"}),
			concern("C3", "2026-02-22", "9-2", row{"provider_name": "Fenwick Court"}),
			concern("C4", "2026-02-23", "", row{"cqc_location_id": nil, "provider_name": "Zzyzx"}))
	}
	name := Match{Name: "Fenwik Hse", Postcode: "LK1 9ZZ", LocationID: "9-1", ProviderID: "9-100", Accepted: true, On: "2026-03-02", By: "ada"}
	no := name
	no.Accepted = false
	wrong := Match{Name: "Fenwick Court", Location: "9-2", LocationID: "9-2", ProviderID: "9-200", On: "2026-03-02", By: "ada"}
	for what, c := range map[string]struct {
		matches          []Match
		placed, proposed string
		open             string
	}{
		"nobody has decided":      {nil, "C1 -\nC2 -\nC3 9-2\nC4 -", "1 9-1 2\n2 9-2 2", "Fenwik Hse LK1 9ZZ safeguarding_concerns 2; Zzyzx - safeguarding_concerns 1"},
		"accepted":                {[]Match{name}, "C1 9-1\nC2 9-1\nC3 9-2\nC4 -", "", "Zzyzx - safeguarding_concerns 1"},
		"rejected":                {[]Match{no}, "C1 -\nC2 -\nC3 9-2\nC4 -", "1 9-2 2", "Fenwik Hse LK1 9ZZ safeguarding_concerns 2; Zzyzx - safeguarding_concerns 1"},
		"even an id may be wrong": {[]Match{wrong}, "C1 -\nC2 -\nC3 -\nC4 -", "1 9-1 1\n1 9-1 2\n2 9-2 2", "Fenwick Court - safeguarding_concerns 1; Fenwik Hse LK1 9ZZ safeguarding_concerns 2; Zzyzx - safeguarding_concerns 1"},
	} {
		w := newWorld(t)
		deliver(w)
		read := w.matched("2026-10-02", c.matches...)
		want(t, what, read("SELECT concern_id, location_id FROM core.concern ORDER BY 1"), c.placed)
		want(t, what+": open", read("SELECT string_agg(provider_name || ' ' || coalesce(provider_postcode, '-') || ' ' || feeds || ' ' || records, '; ' ORDER BY provider_name) FROM core.name_open"), c.open)
		want(t, what+": proposed", read("SELECT place, location_id, records FROM core.match_candidate WHERE location_id IS NOT NULL ORDER BY 1, 2, 3"), c.proposed)
	}
}

func TestASupplierIsWhoAPersonSaysItIs(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_provider", "2026-01-01", row{"provider_id": "9-100", "name": "Wheatear Care Limited", "registration_status": "Registered", "type": "Social Care Org"})
	w.deliver("spend_line", "2026-08-14", row{"body_name": "Larkshire", "paid_on": "2026-07-03", "supplier_name": "WC Trading", "amount": 10})
	w.deliver("contract_register", "2026-08-14", row{"reference": "R1", "title": "Residential care", "supplier_name": "Wheater Care"})
	read := w.matched("2026-10-02", Match{Name: "WC Trading", ProviderID: "9-100", Accepted: true, On: "2026-03-02", By: "ada"})
	want(t, "spend", read("SELECT provider_id FROM core.spend_month"), "9-100")
	want(t, "proposed", read("SELECT provider_name, provider_id, location_id FROM core.match_candidate"), "Wheater Care 9-100 -")
}
