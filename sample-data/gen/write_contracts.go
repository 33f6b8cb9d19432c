package gen

import (
	"encoding/json"
	"fmt"
	"strings"
)

type ocdsPackage struct {
	URI       string            `json:"uri"`
	Version   string            `json:"version"`
	Extension []string          `json:"extensions"`
	Published string            `json:"publishedDate"`
	Publisher map[string]string `json:"publisher"`
	License   string            `json:"license"`
	Policy    string            `json:"publicationPolicy"`
	Releases  []ocdsRelease     `json:"releases"`
	Links     map[string]string `json:"links"`
}

type ocdsRelease struct {
	OCID     string      `json:"ocid"`
	ID       string      `json:"id"`
	Language string      `json:"language"`
	Date     string      `json:"date"`
	Tag      []string    `json:"tag"`
	Start    string      `json:"initiationType"`
	Tender   ocdsTender  `json:"tender"`
	Parties  []ocdsParty `json:"parties"`
	Buyer    ocdsRef     `json:"buyer"`
	Awards   []ocdsAward `json:"awards,omitempty"`
}

type ocdsTender struct {
	ID       string            `json:"id"`
	Title    string            `json:"title"`
	Status   string            `json:"status"`
	Class    map[string]string `json:"classification"`
	Value    *ocdsValue        `json:"value,omitempty"`
	Period   ocdsPeriod        `json:"contractPeriod"`
	Category string            `json:"mainProcurementCategory"`
}

type ocdsValue struct {
	Amount   int    `json:"amount"`
	Currency string `json:"currency"`
}

type ocdsPeriod struct {
	Start string `json:"startDate"`
	End   string `json:"endDate"`
}

type ocdsRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type ocdsParty struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Identifier map[string]string `json:"identifier,omitempty"`
	Roles      []string          `json:"roles"`
}

type ocdsAward struct {
	ID        string     `json:"id"`
	Status    string     `json:"status"`
	Date      string     `json:"date"`
	Published string     `json:"datePublished"`
	Value     ocdsValue  `json:"value"`
	Suppliers []ocdsRef  `json:"suppliers"`
	Period    ocdsPeriod `json:"contractPeriod"`
}

const buyerID = "GB-CFS-900001"

// writeOCDS makes one release package a quarter: the tenders, awards and updates of it.
func (c *county) writeOCDS(out *Output, contracts []*contract) error {
	prev := start - 1
	for i, m := range monthEnds() {
		if i%3 != 2 {
			continue
		}
		releases := []ocdsRelease{}
		for _, k := range contracts {
			in := func(d Day) bool { return d > prev && d <= m }
			if in(k.awarded - 60) {
				releases = append(releases, c.release(k, "tender", k.awarded-60))
			}
			if in(k.awarded) {
				releases = append(releases, c.release(k, "award", k.awarded))
			}
			if k.extended != 0 && in(k.extended) {
				releases = append(releases, c.release(k, "awardUpdate", k.extended))
			}
		}
		prev = m
		if len(releases) == 0 {
			continue
		}
		p := ocdsPackage{URI: "https://contracts.larkshire.example/ocds/" + m.ISO(), Version: "1.1", Extension: []string{},
			Published: m.ISO() + "T16:00:00Z", Publisher: map[string]string{"name": "Larkshire fictional notices", "scheme": "GB-GOR", "uid": "D9"},
			License: "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", Policy: "https://contracts.larkshire.example/policy",
			Releases: releases, Links: map[string]string{}}
		data, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("notices of %s: %w", m.ISO(), err)
		}
		out.add("contracts_ocds", m+1, fmt.Sprintf("contracts_finder_%s.json", m.compact()), append(data, '\n'))
	}
	return nil
}

func (c *county) release(k *contract, tag string, on Day) ocdsRelease {
	last := k.to
	if tag == "awardUpdate" {
		last = k.later
	}
	period := ocdsPeriod{k.from.ISO() + "T00:00:00Z", last.ISO() + "T23:59:59" + offset(last)}
	buyer := ocdsRef{buyerID, council}
	r := ocdsRelease{OCID: k.ocid, ID: fmt.Sprintf("%s-%d", guid(stream(c.seed, "release", k.reference, tag)), 900_000+int(on)%1000),
		Language: "en", Date: on.ISO() + "T10:15:00Z", Tag: []string{tag}, Start: "tender", Buyer: buyer,
		Tender: ocdsTender{ID: "LARKSHIRE-" + k.reference, Title: k.title, Status: "complete", Period: period, Category: "services",
			Class: map[string]string{"scheme": "CPV", "id": k.cpv, "description": k.what}},
		Parties: []ocdsParty{{ID: buyerID, Name: council, Roles: []string{"buyer"}}}}
	if k.value > 0 {
		r.Tender.Value = &ocdsValue{k.value, "GBP"}
	}
	if tag == "tender" {
		r.Tender.Status = "active"
		return r
	}
	a := ocdsAward{ID: k.ocid + "-1", Status: "active", Date: k.awarded.ISO() + "T00:00:00Z", Published: on.ISO() + "T10:15:00Z",
		Value: ocdsValue{k.value, "GBP"}, Period: period}
	add := func(name, company string) {
		id := fmt.Sprintf("GB-CFS-9%05d", stream(c.seed, "supplier", name).intn(100_000))
		party := ocdsParty{ID: id, Name: name, Roles: []string{"supplier"}}
		if company != "" && stream(c.seed, "coh", name).chance(0.6) {
			party.ID = "GB-COH-" + company
			party.Identifier = map[string]string{"scheme": "GB-COH", "id": company, "legalName": name}
		}
		a.Suppliers = append(a.Suppliers, ocdsRef{party.ID, name})
		r.Parties = append(r.Parties, party)
	}
	for _, v := range k.framework {
		add(v.name, v.companyNumber)
	}
	if len(k.framework) == 0 {
		add(k.supplier, k.company)
	}
	r.Awards = []ocdsAward{a}
	return r
}

// offset is the clock that the notices service writes for a day: summer time or not.
func offset(d Day) string {
	if m := d.time().Month(); m >= 4 && m <= 10 {
		return "+01:00"
	}
	return "Z"
}

var registerHeader = strings.Split("Directorate Name,Process Used,Purchasing Body,Contract Reference,Contract Title,Contract Description,"+
	"Supplier Company Name,Supplier Postcode,Annual Value,Total Contract Value (including extensions),OJEU/FTS?,Start Date,End Date,"+
	"Contract Duration (months),Option to extend (months),How many extensions,Extension 1 Taken?,Extension 2 Taken?,Current Expiry Date,SME Supplier?,"+
	"ProClass Classification,ProClass Description,Company Number,Visibility", ",")

// writeRegister makes the quarterly contracts register: what is in force, the whole list each
// time, with its byte order mark encoded twice as one real council does it.
func (c *county) writeRegister(out *Output, contracts []*contract) error {
	for i, m := range monthEnds() {
		if i%3 != 1 {
			continue
		}
		var rows [][]string
		for _, k := range contracts {
			last := k.to
			if k.extended != 0 && k.extended <= m {
				last = k.later
			}
			if k.awarded <= m && last > m {
				rows = append(rows, registerRow(k, m, last))
			}
		}
		data, err := csvBytes(registerHeader, rows, false)
		if err != nil {
			return err
		}
		data = append([]byte("\xc3\xaf\xc2\xbb\xc2\xbf"), data...)
		out.add("contracts_register", m+12, fmt.Sprintf("contracts_register_%s.csv", m.compact()), data)
	}
	return nil
}

func registerRow(k *contract, m, last Day) []string {
	months := int(k.to-k.from) / 30
	total := k.value
	taken := "N/A"
	if k.extended != 0 {
		total += total / max(1, months/12)
		taken = "No"
		if k.extended <= m {
			taken = "Yes"
		}
	}
	directorate, company := "Place", k.company
	if strings.HasPrefix(k.cpv, "85") {
		directorate = "Adult Social Care"
	}
	if company == "" && k.charity != "" {
		company = "CHA" + k.charity
	}
	annual := float64(k.value) / float64(max(1, months)) * 12
	return []string{directorate, "Tender", council, k.reference, k.title, k.title, k.supplier, k.postcode, fmt.Sprintf("%.2f", annual),
		fmt.Sprintf("%.2f", float64(total)), "No", k.from.ISO(), k.to.ISO(), fmt.Sprint(months), "12", "1", taken, "N/A", last.ISO(), "Yes",
		k.pro, k.word, company, "Public"}
}
