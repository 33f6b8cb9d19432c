package gen

import (
	"bytes"
	"math"
	"path"
	"slices"
	"strings"
	"testing"
)

func TestSizeAndCounts(t *testing.T) {
	total := 0
	for _, f := range made(t) {
		total += len(f.Data)
	}
	if total >= 8_000_000 {
		t.Errorf("%d bytes, the limit is 8 million", total)
	}
	c := build(Seed)
	if n := len(c.locations); n < 280 || n > 320 {
		t.Errorf("%d locations", n)
	}
	if n := len(c.providers); n < 112 || n > 128 {
		t.Errorf("%d providers", n)
	}
	if len(c.brands) != 12 {
		t.Errorf("%d brands", len(c.brands))
	}
	kinds := map[string]int{}
	for _, l := range c.locations {
		kinds[l.kind]++
		if l.careHome() && (l.beds < 6 || l.beds > 95) || !l.careHome() && l.beds != 0 {
			t.Errorf("%s has %d beds", l.id, l.beds)
		}
	}
	for _, k := range []string{nursing, residential, homeCare, livingKind, extraCare} {
		if kinds[k] < 8 {
			t.Errorf("%d of kind %s", kinds[k], k)
		}
	}
}

func TestNothingArrivesAfterTheAsOfDate(t *testing.T) {
	sources := map[string]int{}
	for _, f := range made(t) {
		if !strings.HasPrefix(f.Path, "inbox/") {
			continue
		}
		parts := strings.Split(f.Path, "/")
		sources[parts[1]]++
		if on := day(strings.TrimPrefix(parts[2], "received=")); on > AsOf || on < start {
			t.Errorf("%s", f.Path)
		}
	}
	for _, s := range []string{"cqc_api", "cqc_ratings", "cqc_register_files", "safeguarding_concerns", "safeguarding_enquiries", "complaints", "contracts_ocds", "contracts_register", "company_events",
		"placements", "placement_returns", "capacity", "incidents", "quality_visits", "quality_actions", "local_register", "lgsco_decisions", "cqc_feedback", "companies_house", "spend"} {
		if sources[s] == 0 {
			t.Errorf("no file of %s", s)
		}
	}
	if len(sources) != 20 {
		t.Errorf("sources %v", sources)
	}
}

func TestConcernsLookLikeTheField(t *testing.T) {
	s := look(t)
	beds, homes := 0, map[string]bool{}
	for _, h := range s.homes {
		if h.careHome && h.registered {
			beds += h.beds
			homes[h.id] = true
		}
	}
	from, to := day("2024-04-01"), day("2026-02-28") // past the start, before the recording change
	months := float64(to-from) / 30.44
	shares := map[string]float64{}
	all := 0.0
	late := [3]int{}
	ids, n := 0, 0
	for _, k := range s.concerns {
		if k.received < from || k.received > to {
			continue
		}
		n++
		if k.home != "" {
			ids++
		}
		switch delay := int(k.recorded-k.received) / 7; {
		case delay == 0:
			late[0]++
		case delay <= 8:
			late[1]++
		default:
			late[2]++
		}
		if homes[k.home] {
			shares[k.share]++
			all++
		}
	}
	rate := func(x float64) float64 { return x / float64(beds) / months }
	if r := rate(all); r < 0.024 || r > 0.036 {
		t.Errorf("%.4f concerns per bed and month", r)
	}
	if r := rate(shares[byProvider]); r < 0.016 || r > 0.024 {
		t.Errorf("%.4f of them about the provider", r)
	}
	for _, share := range []string{byProvider, unknown, raised, others, residentsIn} {
		if shares[share]/all < 0.03 {
			t.Errorf("%s is %.3f of all", share, shares[share]/all)
		}
	}
	if f := float64(late[0]) / float64(n); f < 0.4 || f > 0.75 || late[2] == 0 || late[2] > n/100 {
		t.Errorf("recorded in the week %.2f, very late %d of %d", f, late[2], n)
	}
	if f := float64(ids) / float64(n); f < 0.85 || f > 0.99 {
		t.Errorf("%.3f of the rows can be placed by id or postcode", f)
	}
}

func TestConversionAndIdShares(t *testing.T) {
	final := map[string][]string{}
	for _, f := range made(t) {
		if strings.Contains(f.Path, "/safeguarding_concerns/") {
			for _, r := range readCSV(t, bytes.TrimPrefix(f.Data, []byte("\xef\xbb\xbf")))[1:] {
				final[r[0]] = r
			}
		}
	}
	s42, withID, withEnquiry := 0.0, 0.0, 0
	for _, r := range final {
		if r[4] == "Section 42 enquiry" {
			s42++
			if r[5] != "" {
				withEnquiry++
			}
		}
		if r[11] != "" {
			withID++
		}
	}
	n := float64(len(final))
	if math.Abs(s42/n-0.29) > 0.025 {
		t.Errorf("conversion %.3f", s42/n)
	}
	if withID/n < 0.80 || withID/n > 0.90 {
		t.Errorf("%.3f of the rows have the register's id", withID/n)
	}
	if float64(withEnquiry) < 0.97*s42 {
		t.Errorf("%d of %.0f have an enquiry reference", withEnquiry, s42)
	}
}

func TestHeadersAndEncodings(t *testing.T) {
	first := func(data []byte) string { return string(data[:bytes.IndexAny(data, "\r\n")]) }
	bom := "\xef\xbb\xbf"
	for _, f := range made(t) {
		switch {
		case strings.Contains(f.Path, "/safeguarding_concerns/"):
			if first(f.Data) != bom+strings.Join(concernHeader, ",") || !bytes.Contains(f.Data, []byte("\r\n")) {
				t.Errorf("%s: header or line ends", f.Path)
			}
		case strings.Contains(f.Path, "/safeguarding_enquiries/"):
			if first(f.Data) != strings.Join(enquiryHeader, ",") {
				t.Errorf("%s: header", f.Path)
			}
		case strings.Contains(f.Path, "/contracts_register/"):
			if !bytes.HasPrefix(f.Data, []byte("\xc3\xaf\xc2\xbb\xc2\xbfDirectorate Name,")) || len(registerHeader) != 24 {
				t.Errorf("%s: header", f.Path)
			}
		case strings.Contains(f.Path, "/contracts_ocds/"):
			if !bytes.Contains(f.Data, []byte(`"ocid":"ocds-larks1-`)) {
				t.Errorf("%s holds no release", f.Path)
			}
		case strings.Contains(f.Path, "/cqc_ratings/"):
			if len(ratingsHeader) != 28 || first(f.Data) != strings.Join(ratingsHeader, ",") {
				t.Errorf("%s: header", f.Path)
			}
		case strings.Contains(f.Path, "/complaints/"):
			rows := sheetRows(t, f.Data)
			if !slices.Equal(rows[3], complaintHeader) || !strings.HasPrefix(rows[1][0], "Extract date: ") || rows[2][0] != "" {
				t.Errorf("%s: rows above the data: %q", path.Base(f.Path), rows[:4])
			}
		}
	}
	windows := false
	for _, f := range made(t) {
		windows = windows || strings.Contains(f.Path, "enquiries") && bytes.IndexByte(f.Data, 0x96) > 0
	}
	if !windows {
		t.Error("no enquiry file holds a character of the Windows encoding")
	}
}

func TestTruthNamesWhatIsThere(t *testing.T) {
	v := truthOf(t)
	seen := map[string]bool{}
	for _, s := range v.Stories {
		if seen[s.ID] {
			t.Errorf("story %s twice", s.ID)
		}
		seen[s.ID] = true
		for _, id := range s.LocationIDs {
			if lastBodies(t)["location_"+id+".json"] == nil {
				t.Errorf("%s: no location %s", s.ID, id)
			}
		}
		for _, id := range append(s.ProviderIDs, s.ProviderID) {
			if id != "" && lastBodies(t)["provider_"+id+".json"] == nil {
				t.Errorf("%s: no provider %s", s.ID, id)
			}
		}
		if s.MustFlag && (s.MustNotFlag || s.MinLevel < 1 || s.ByWhen > v.AsOf || s.ByWhen < s.StartsOn) {
			t.Errorf("%s: must_flag with level %d by %q from %q", s.ID, s.MinLevel, s.ByWhen, s.StartsOn)
		}
		if s.Sees == "" || s.Why == "" || s.Kind == "" {
			t.Errorf("%s says too little", s.ID)
		}
	}
	if len(v.Stories) != 10 || v.AsOf != "2026-10-01" {
		t.Errorf("%d stories as of %s", len(v.Stories), v.AsOf)
	}
}
