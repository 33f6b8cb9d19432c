package gen

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
)

var concernHeader = []string{"Concern Ref", "Date Concern Received", "Date Recorded", "Date of Decision", "Decision on Concern", "Enquiry Ref",
	"Allegation Types", "Location of Alleged Abuse", "Source of Alleged Risk", "Relationship to Adult", "Provider Named", "CQC Location ID",
	"Provider Postcode", "Adult ID", "Alleged Person ID", "Referrer Type", "Placing Authority", "Severity", "Outcome of Concern",
	"Adult Name", "Adult Date of Birth", "Concern Details"}

// at is the concern as the case system shows it at the end of a day: decisions still to come
// are pending and corrections made by then are in.
func (k *concern) asOf(on Day) concern {
	v := *k
	for _, rev := range k.revisions {
		if rev.on <= on {
			rev.apply(&v)
		}
	}
	if v.decided > on {
		v.decided, v.decision, v.outcome, v.enquiry = 0, "Awaiting decision", "", nil
	}
	if v.enquiry != nil && v.enquiry.recorded > on {
		v.enquiry = nil
	}
	return v
}

// touched tells whether an extract of the days after prev up to on has the concern in it.
func (k *concern) touched(prev, on Day) bool {
	in := func(d Day) bool { return d > prev && d <= on }
	if k.recorded > on {
		return false
	}
	if in(k.recorded) || in(k.decided) || (k.enquiry != nil && in(k.enquiry.recorded)) {
		return true
	}
	for _, rev := range k.revisions {
		if in(rev.on) {
			return true
		}
	}
	return false
}

func (c *county) concernRow(k concern) []string {
	given, family := person(c.seed, k.adult)
	r := stream(c.seed, "birth", k.adult)
	born := day("1928-01-01") + Day(r.intn(24*365))
	if k.at != nil && k.at.learning {
		born = day("1958-01-01") + Day(r.intn(44*365))
	}
	ref := ""
	if k.enquiry != nil {
		ref = k.enquiry.ref
	}
	return []string{k.ref, k.received.uk(), k.recorded.uk(), k.decided.uk(), k.decision, ref, strings.Join(k.types, "; "), k.where, k.source,
		k.relation, k.named, k.locID, k.postcode, k.adult, k.alleged, k.referrer, k.placing, k.severity, k.outcome,
		given + " " + family, born.uk(), k.details}
}

// writeConcerns makes the monthly extracts of the case system, each with what was entered or
// changed in its month, received on the first of the next.
func (c *county) writeConcerns(out *Output) error {
	prev := start - 1
	for _, m := range monthEnds() {
		rows := [][]string{}
		for _, k := range c.concerns {
			if k.touched(prev, m) {
				rows = append(rows, c.concernRow(k.asOf(m)))
			}
		}
		name := fmt.Sprintf("safeguarding_concerns_%s.csv", m.compact())
		rows = c.spoil(name, m, prev, rows)
		data, err := csvBytes(concernHeader, rows, true)
		if err != nil {
			return err
		}
		data = append([]byte("\xef\xbb\xbf"), data...)
		out.add("safeguarding_concerns", m+1, name, data)
		if m == day("2025-03-31") { // the same file, sent again by mistake
			out.add("safeguarding_concerns", m+15, strings.Replace(name, ".csv", "_resent.csv", 1), data)
		}
		prev = m
	}
	return nil
}

// spoil plants what real extracts bring: repeated rows, unchanged rows sent again, and a few
// rows that break the contract and come right in the next file.
func (c *county) spoil(name string, m, prev Day, rows [][]string) [][]string {
	r := stream(c.seed, "spoil", name)
	if len(rows) < 20 {
		return rows
	}
	if r.chance(0.35) {
		i := r.intn(len(rows) - 4)
		rows = append(rows, append([]string(nil), rows[i]...))
		c.notes.duplicates = append(c.notes.duplicates, rows[i][0])
	}
	if r.chance(0.25) && prev > start {
		for range 2 {
			k := c.concerns[r.intn(len(c.concerns))]
			if k.recorded < prev && !k.touched(prev, m) {
				rows = append(rows, c.concernRow(k.asOf(m)))
				c.notes.duplicates = append(c.notes.duplicates, k.ref)
			}
		}
	}
	damage := map[string]struct{ column, value, why string }{
		"safeguarding_concerns_2024_11.csv": {"Date Recorded", "31/11/2024", "a day that does not exist"},
		"safeguarding_concerns_2026_02.csv": {"Date Concern Received", "yesterday", "words in a date"},
		"safeguarding_concerns_2026_06.csv": {"Date Concern Received", "", "a required date is missing"},
	}
	if d, ok := damage[name]; ok {
		for i := 5; i < len(rows); i++ {
			if rows[i][4] != "Awaiting decision" { // a pending row comes again next month and mends itself
				continue
			}
			rows[i][column(d.column)] = d.value
			c.notes.broken = append(c.notes.broken, brokenRow{File: name, Ref: rows[i][0], Column: d.column, Why: d.why})
			break
		}
	}
	return rows
}

func column(name string) int {
	for i, h := range concernHeader {
		if h == name {
			return i
		}
	}
	panic("gen: no column " + name)
}

func csvBytes(header []string, rows [][]string, crlf bool) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = crlf
	if err := w.Write(header); err != nil {
		return nil, err
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
