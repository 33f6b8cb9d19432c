package contracts

import (
	"cmp"
	"strconv"
	"strings"

	"bellwether/ingest"
	"bellwether/ingest/contract"
)

// row puts named values in the order of a contract's fields.
func row(t *contract.Table, values map[string]string) []string {
	cells := make([]string, len(t.Fields))
	for name, v := range values {
		if i := t.Index(name); i >= 0 {
			cells[i] = v
		}
	}
	return cells
}

// release sends one release on, and its awards.
func (n *reader) release(r *release) error {
	t := &r.Tender.Value
	found := codesOf(r)
	start, end := terms(t)
	var tags []string
	for _, tag := range r.Tag {
		tags = append(tags, string(tag))
	}
	cells := row(n.releases, map[string]string{
		"ocid": string(r.OCID), "release_id": string(r.ID), "released_at": moment(r.Date), "tag": strings.Join(tags, "|"),
		"title": oneLine(cmp.Or(t.Title, r.Title)), "buyer_name": oneLine(r.Buyer.Value.Name), "buyer_id": string(r.Buyer.Value.ID),
		"procurement_category": string(t.Category), "cpv": strings.Join(found.all, "|"), "is_care": strconv.FormatBool(found.care()),
		"tender_status": string(t.Status), "value_amount": n.amount(t.Value.Value), "currency": string(t.Value.Value.Currency),
		"contract_start": day(start), "contract_end": day(end), "notice_type": noticeType(r),
	})
	if err := n.out.Row(ingest.Row{Table: n.releases.Name, No: n.No, Cells: cells}); err != nil {
		return err
	}
	for i := range r.Awards {
		if err := n.award(r, &r.Awards[i]); err != nil {
			return err
		}
	}
	return nil
}

// award sends one row for each supplier of an award, or one without a supplier.
func (n *reader) award(r *release, a *award) error {
	span, value := a.Period.Value, a.Value.Value
	for _, c := range r.Contracts {
		if c.AwardID != a.ID {
			continue
		}
		span.Start, span.End = cmp.Or(span.Start, c.Period.Value.Start), cmp.Or(span.End, c.Period.Value.End)
		if value.Amount == "" {
			value = c.Value.Value
		}
	}
	amount := n.amount(value)
	suppliers := a.Suppliers
	if len(suppliers) == 0 {
		suppliers = list[party]{{}}
	}
	for _, s := range suppliers {
		cells := row(n.awards, map[string]string{
			"ocid": string(r.OCID), "release_id": string(r.ID), "award_id": string(a.ID), "award_status": string(a.Status),
			"awarded_on": day(a.Date), "value_amount": amount, "currency": string(value.Currency),
			"supplier_id": string(s.ID), "supplier_name": oneLine(s.Name), "company_number": companyNumber(s, r.Parties),
			"contract_start": day(span.Start), "contract_end": day(span.End),
		})
		if err := n.out.Row(ingest.Row{Table: n.awards.Name, No: n.No, Cells: cells}); err != nil {
			return err
		}
	}
	return nil
}

// oneLine replaces line breaks and repeated spaces by one space.
func oneLine(s text) string { return strings.Join(strings.Fields(string(s)), " ") }
