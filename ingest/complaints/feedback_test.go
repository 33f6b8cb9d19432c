package complaints_test

import (
	"testing"

	"bellwether/ingest/complaints"
	"bellwether/ingest/internal/rowtest"
)

// TestFeedbackCounts reads lists with a banner, with hidden counts, and one that is another feed's.
func TestFeedbackCounts(t *testing.T) {
	for name, text := range map[string]string{
		"feedback_month": "Give feedback on care: July 2026\n\nCQC Location ID,Location Name,Period From,Period To,Comments,Comments raising concerns,Good experiences,Comment text\n" +
			"1-100000001,Fenwick House,01/07/2026,31/07/2026,7,4,2,Canary said so\n1-100000002,Marram Lodge,01/07/2026,31/07/2026,[c],*,,\n1-100000003,,01/07/2026,31/07/2026,minus one,,,\n,Nowhere,01/07/2026,31/07/2026,1,,,\n",
		"feedback_other_words":   "Location ID;Month Ending;Negative;Positive;Comments within last month\n1-100000001;31/07/2026;4;2;7\n",
		"feedback_is_complaints": "Complaint Ref,Date Received,Provider Name\n7,19/02/2026,Fenwick House\n",
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rowtest.Run(t, rowtest.Source(t, complaints.Sources(), "cqc_feedback").Decoder, "feedback.csv", []byte(text), nil)
			rowtest.Golden(t, name, o.Render(err))
		})
	}
}
