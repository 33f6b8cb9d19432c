package transform

import "testing"

// Each way in which a market can be odd gives looks with whole numbers, or unknown, and weekly counts that add up.
func TestMartsOfOddMarkets(t *testing.T) {
	const look = "SELECT concerns_12w, concerns_52w, complaints_12w, distinct_adults_12w, beds FROM staging.location_look WHERE location_id = '9-1' AND week = '2026-06-29'"
	const week = "SELECT concerns, complaints, exposure_beds::INTEGER FROM mart.location_week WHERE location_id = '9-1' AND week = '2026-06-29'"
	for name, c := range map[string]struct {
		spoil     func(*world)
		home      row
		look      string
		week      string
		providers string
	}{
		"zero exposure": {func(w *world) {
			w.deliver("safeguarding_concern", "2026-07-06", concern("C1", "2026-06-30", "9-1", nil))
		}, row{"number_of_beds": 0}, "1 1 - 1 0", "1 0 1", "1"},
		"no history": {func(*world) {}, nil, "- - - - 40", "", "0"},
		"one provider, one event": {func(w *world) {
			w.deliver("safeguarding_concern", "2026-07-06", concern("C1", "2026-06-30", "9-1", nil))
		}, nil,
			"1 1 - 1 40", "1 0 40", "1"},
		"all zeros: only another home is spoken of": {func(w *world) {
			w.deliver("cqc_location", "2026-01-01", home("9-2", "9-200", nil))
			w.deliver("safeguarding_concern", "2026-07-06", concern("C1", "2026-06-30", "9-2", nil))
		}, nil, "0 0 - 0 40", "0 0 40", "2"},
		"a gap of half a year": {func(w *world) {
			w.deliver("safeguarding_concern", "2026-07-06", concern("C1", "2025-11-30", "9-1", nil), concern("C2", "2026-06-30", "9-1", nil))
		}, nil, "1 2 - 1 40", "1 0 40", "1"},
		"a week delivered twice": {func(w *world) {
			w.deliver("safeguarding_concern", "2026-07-01", concern("C1", "2026-06-30", "9-1", nil))
			w.deliver("safeguarding_concern", "2026-07-06", concern("C1", "2026-06-30", "9-1", nil))
		}, nil, "1 1 - 1 40", "1 0 40", "1"},
		"a future date": {func(w *world) {
			w.deliver("safeguarding_concern", "2026-07-06", concern("C1", "2026-06-30", "9-1", nil), concern("C2", "2027-06-30", "9-1", row{"recorded_on": "2026-07-01"}))
		}, nil, "1 1 - 1 40", "1 0 40", "1"},
		"two hundred thousand events in a week": {func(w *world) {
			w.deliver("safeguarding_concern", "2026-07-06", concern("C0", "2026-06-30", "9-1", nil))
			w.exec(`INSERT INTO safeguarding_concern (concern_ref, received_on, recorded_on, cqc_location_id, provider_name, risk_attribution, abuse_types, adult_ref, decision, load_id, row_no)
				SELECT 'M' || r, DATE '2026-06-30', DATE '2026-06-30', '9-1', 'Home 9-1', 'provider', 'Physical', 'a', 'no_enquiry', 'load002', r + 2 FROM range(200000) t(r)`)
		}, nil, "200001 200001 - 2 40", "200001 0 40", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", c.home))
			c.spoil(w)
			read := w.run("2026-07-06")
			want(t, "look", read(look), c.look)
			want(t, "week", read(week), c.week)
			want(t, "providers with weeks", read("SELECT count(DISTINCT provider_id) FROM mart.provider_week"), c.providers)
			want(t, "numbers that are none", read("SELECT count(*) FROM staging.location_look_feed WHERE isnan(occupancy_share::DOUBLE) OR isinf(hours_placed::DOUBLE)"), "0")
		})
	}
}
