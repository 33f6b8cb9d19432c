package gen

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/gzip"
)

type companyBody struct {
	Number   string         `json:"company_number"`
	Name     string         `json:"company_name"`
	Status   string         `json:"company_status"`
	Type     string         `json:"type"`
	Created  string         `json:"date_of_creation"`
	Accounts map[string]any `json:"accounts"`
	SIC      []string       `json:"sic_codes"`
	Charges  bool           `json:"has_charges"`
}

// writeCompanies makes bodies of the companies register for the council's larger suppliers: one object a line, each with the bodies of
// its company under the names of their addresses. The events in them are those that the events file tells.
func (c *county) writeCompanies(out *Output) error {
	events := map[*provider][]companyEvent{}
	for _, e := range c.makeEvents() {
		events[e.of] = append(events[e.of], e)
	}
	var b bytes.Buffer
	for _, v := range c.providers {
		if v.companyNumber == "" || v.left != 0 || (len(v.locations) < 3 && v != c.cast.insolvent) {
			continue
		}
		body := map[string]any{"profile": companyBody{Number: v.companyNumber, Name: v.name, Status: "active", Type: "ltd", Created: v.registered.ISO(), SIC: []string{"87300"},
			Accounts: map[string]any{"next_accounts": map[string]any{"due_on": "2026-12-31", "overdue": false}, "last_accounts": map[string]any{"made_up_to": "2025-03-31", "type": "small"}}}}
		var charges []map[string]any
		for _, e := range events[v] {
			if e.kind == "charge_created" {
				charges = append(charges, map[string]any{"charge_code": fmt.Sprintf("%s%04d", v.companyNumber, len(charges)+1), "status": "outstanding", "created_on": e.on})
			}
		}
		if len(charges) > 0 {
			body["charges"] = map[string]any{"total_count": len(charges), "items": charges}
		}
		if v == c.cast.insolvent {
			p := body["profile"].(companyBody)
			p.Status, p.Charges = "administration", true
			p.Accounts["next_accounts"] = map[string]any{"due_on": "2026-04-01", "overdue": true}
			body["profile"] = p
			body["insolvency"] = map[string]any{"cases": []any{map[string]any{"type": "in-administration", "number": "1", "dates": []any{map[string]any{"type": "administration-started-on", "date": administration.ISO()}}}}}
		}
		line, err := json.Marshal(body)
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(b.Bytes()); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	out.add("companies_house", day("2026-09-28"), "companies_2026_09.jsonl.gz", packed.Bytes())
	return nil
}

// writeSpend makes the council's published spending of the last quarter, headed as one real council heads it. The first of the files
// ends with a total, as some do.
func (c *county) writeSpend(out *Output) error {
	header := []string{"Body", "Name of Body", "Date", "Transaction number", " Amount ", "Supplier name", "Supplier ID", "Expense area", "Expense type", "Creditor type"}
	for i, m := range []Day{day("2026-07-31"), day("2026-08-31")} {
		r := stream(c.seed, "spend", m.ISO())
		var rows [][]string
		total := 0
		add := func(supplier, id, area, kind string, pence int) {
			total += pence
			rows = append(rows, []string{"http://opendatacommunities.org/id/larkshire", council, (m - Day(r.intn(25))).uk(), fmt.Sprint(70_000_000 + i*10_000 + len(rows)),
				money(pence), supplier, id, area, kind, "Trade"})
		}
		for n, v := range c.providers {
			if v.left == 0 && r.chance(0.6) {
				add(v.name, fmt.Sprint(3000+n), "Adult Social Care", "Care Spot - Private (3rd)", 100*r.between(900, 48_000)+r.intn(100))
			}
		}
		for range 8 {
			add("REDACTED UNDER DP ACT", "", "Adult Social Care", "Direct Payments", 100*r.between(500, 2000))
		}
		add("Ternmouth Paving Ltd", "9001", "Highways", "Road repairs", 1_234_567)
		add(c.providers[0].name, "3000", "Adult Social Care", "Care Spot - Private (3rd)", -45_000)
		if i == 0 {
			rows = append(rows, []string{"Total", "", "", "", money(total), "", "", "", "", ""})
		}
		data, err := csvBytes(header, rows, true)
		if err != nil {
			return err
		}
		if data, err = zipped([]File{{Path: fmt.Sprintf("spending_over_500_%s.csv", m.compact()), Data: append([]byte("\ufeff"), data...)}}); err != nil {
			return err
		}
		out.add("spend", m+14, fmt.Sprintf("spending_over_500_%s.zip", m.compact()), data)
	}
	return nil
}

func money(pence int) string {
	sign := ""
	if pence < 0 {
		sign, pence = "-", -pence
	}
	whole := fmt.Sprint(pence / 100)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("%s%s.%02d", sign, whole, pence%100)
}
