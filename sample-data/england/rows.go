package england

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"
)

// The headers are those of the fictional county's extracts, so that its mappings read them.
var (
	concernHeader = []string{"Concern Ref", "Date Concern Received", "Date Recorded", "Date of Decision", "Decision on Concern", "Enquiry Ref", "Allegation Types",
		"Location of Alleged Abuse", "Source of Alleged Risk", "Relationship to Adult", "Provider Named", "CQC Location ID", "Provider Postcode", "Adult ID", "Alleged Person ID",
		"Referrer Type", "Placing Authority", "Severity", "Outcome of Concern", "Adult Name", "Adult Date of Birth", "Concern Details"}
	enquiryHeader = []string{"Enquiry Ref", "Concern Ref", "Allegation No", "Date Enquiry Started", "Date Enquiry Concluded", "Date Recorded", "Type of Abuse", "Location of Abuse",
		"Source of Risk", "Relationship to Adult", "Referrer Type", "Provider Named", "CQC Location ID", "Provider Postcode", "Adult ID", "Alleged Person ID", "Placing Authority",
		"Enquiry Outcome", "Risk Outcome", "Desired Outcomes Asked", "Outcomes Achieved", "Mental Capacity", "Adult Name", "Enquiry Notes"}
	complaintHeader = []string{"Reference", "Date received", "Date logged", "Stage", "Service", "Provider", "CQC Location ID", "Provider postcode", "Subject / Category", "Method",
		"Complainant type", "Complainant name", "Acknowledged date", "Due date", "Response date", "Outcome", "LGSCO reference", "Complaint details"}
	placementHeader = []string{"Placement Ref", "Person ID", "Person Name", "Placing Authority", "Provider", "CQC Location ID", "Provider Postcode", "Service Type", "Primary Need",
		"Support Level", "Funding", "Weekly Cost", "Weekly Hours", "Start Date", "End Date", "End Reason"}
)

// sheet is a CSV file in the making.
type sheet struct {
	to bytes.Buffer
	w  *csv.Writer
}

func newSheet(header []string) *sheet {
	s := &sheet{}
	s.w = csv.NewWriter(&s.to)
	s.w.UseCRLF = true
	s.row(header...)
	return s
}

// row adds a row; writing to memory does not fail.
func (s *sheet) row(cells ...string) { _ = s.w.Write(cells) }

func (s *sheet) bytes() []byte {
	s.w.Flush()
	return s.to.Bytes()
}

func uk(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("02/01/2006")
}

// named is a provider as an extract names it: now and then without its id.
func named(p *place, n int) (name, id, postcode string) {
	if p == nil {
		return "", "", ""
	}
	if n%8 == 0 {
		return p.name, "", p.at.postcode
	}
	return p.name, p.id, p.at.postcode
}

func (k *concern) row(_ time.Time) []string {
	name, id, postcode := named(k.at, k.adult)
	staff, decision, outcome := "", k.decision, ""
	if k.staff > 0 {
		staff = "W" + strconv.Itoa(k.staff)
	}
	if decision == "" {
		decision = "Awaiting decision"
	} else {
		outcome = "Closed at triage"
	}
	return []string{k.ref, uk(k.received), uk(k.recorded), uk(k.decide), decision, k.enquiry, k.types, k.where, k.source, k.relation, name, id, postcode,
		"P" + strconv.Itoa(k.adult), staff, k.referrer, authority(k.council) + " Council", []string{"1 - Low", "2 - Moderate", "3 - Significant", "4 - Critical"}[k.severity-1], outcome,
		person(k.adult), "01/01/1940", "See case notes."}
}

// write adds an enquiry's rows, one for each allegation, and says how many.
func (e *enquiry) write(s *sheet, last time.Time) int {
	k := e.of
	name, id, postcode := named(k.at, k.adult)
	concluded, outcome, risk, asked := "", "", "", ""
	if !e.concluded.After(last) {
		concluded, outcome, risk, asked = uk(e.concluded), "Risk identified - action taken", "Reduced", "Yes - none expressed"
	}
	staff := ""
	if k.staff > 0 {
		staff = "W" + strconv.Itoa(k.staff)
	}
	n := 0
	for _, t := range bytes.Split([]byte(k.types), []byte("; ")) {
		n++
		s.row(k.enquiry, k.ref, strconv.Itoa(n), uk(e.started), concluded, uk(e.started), string(t), k.where, k.source, k.relation, k.referrer, name, id, postcode,
			"P"+strconv.Itoa(k.adult), staff, authority(k.council)+" Council", outcome, risk, asked, "", "Not recorded", person(k.adult), "")
	}
	return n
}

func pounds(n int) string { return fmt.Sprintf("%d.00", n) }
