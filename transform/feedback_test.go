package transform

import "testing"

// TestFeedbackCountsAsKnown: a list is known from the day it came, a later list corrects it, hidden counts are unknown, and services that a
// list leaves out have none only while a list covers the weeks.
func TestFeedbackCountsAsKnown(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil), home("9-2", "9-100", row{"name": "Home 9-2"}))
	w.deliver("safeguarding_concern", "2026-05-11", concern("C1", "2026-05-04", "9-2", nil))
	count := func(location, from, to string, n, concerns any) row {
		return row{"location_id": location, "location_name": "Home", "period_from": from, "period_to": to, "comments": n, "comments_concern": concerns}
	}
	w.deliver("cqc_feedback", "2026-06-08", count("9-1", "2026-05-01", "2026-05-31", 3, 1), count("9-0", "2026-05-01", "2026-05-31", 2, 2))
	w.deliver("cqc_feedback", "2026-07-08", count("9-1", "2026-06-01", "2026-06-30", 2, nil), count("9-1", "2026-05-01", "2026-05-31", 4, 2))
	read := w.run("2026-12-31")
	at := func(location, week string) string {
		return read("SELECT feedback_12w, feedback_concern_12w FROM staging.location_look_feed WHERE location_id = '" + location + "' AND week = '" + week + "'")
	}
	want(t, "before any list came", at("9-1", "2026-06-01"), "- -")
	want(t, "the first list", at("9-1", "2026-06-08"), "3 1")
	want(t, "a service that it leaves out", at("9-2", "2026-06-08"), "0 0")
	want(t, "corrected, and a count that CQC hid", at("9-1", "2026-07-06"), "6 2")
	want(t, "no list for a quarter", at("9-2", "2026-11-30"), "- -")
	want(t, "as it stands", read("SELECT period_to, comments, comments_concern, known_from FROM core.cqc_feedback WHERE provider_id IS NOT NULL ORDER BY 1"), `
2026-05-31 4 2 2026-06-08
2026-06-30 2 - 2026-07-08`)
	want(t, "matches no provider", read("SELECT name_given, records FROM core.unmatched WHERE feed = 'cqc_feedback'"), "CQC id 9-0 1")
	want(t, "the timeline", read("SELECT what, severity FROM mart.timeline WHERE feed = 'cqc_feedback' ORDER BY on_date"), `
Feedback given to CQC: 4 people, 2 raising concerns (from 1 May 2026) 1
Feedback given to CQC: 2 people (from 1 Jun 2026) 0`)
}
