package finance

import (
	"cmp"
	"fmt"
	"strings"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/jsonrows"
)

type text = jsonrows.Text

// envelope is any of the bodies, or an object that gathers those of one company under the names of their addresses. What names a
// person (officers, persons entitled, practitioners, descriptions) has no field here and is never read.
type envelope struct {
	Number text `json:"company_number"`
	Name   text `json:"company_name"`
	Status text `json:"company_status"`

	Items jsonrows.List[item]           `json:"items"`
	Cases jsonrows.List[insolvencyCase] `json:"cases"`

	Profile    jsonrows.Object[profile]    `json:"profile"`
	Charges    jsonrows.Object[items]      `json:"charges"`
	Insolvency jsonrows.Object[insolvency] `json:"insolvency"`
	Filings    jsonrows.Object[items]      `json:"filing_history"`
}

type profile struct {
	Number       text                `json:"company_number"`
	Name         text                `json:"company_name"`
	Type         text                `json:"type"`
	Status       text                `json:"company_status"`
	StatusDetail text                `json:"company_status_detail"`
	Created      text                `json:"date_of_creation"`
	Ceased       text                `json:"date_of_cessation"`
	HasCharges   text                `json:"has_charges"`
	Insolvency   text                `json:"has_insolvency_history"`
	Disputed     text                `json:"registered_office_is_in_dispute"`
	SIC          jsonrows.List[text] `json:"sic_codes"`

	Accounts jsonrows.Object[struct {
		NextDue text `json:"next_due"`
		Overdue text `json:"overdue"`
		Last    jsonrows.Object[struct {
			MadeUpTo text `json:"made_up_to"`
			Type     text `json:"type"`
		}] `json:"last_accounts"`
		Next jsonrows.Object[struct {
			DueOn   text `json:"due_on"`
			Overdue text `json:"overdue"`
		}] `json:"next_accounts"`
	}] `json:"accounts"`
	Statement jsonrows.Object[struct {
		NextDue text `json:"next_due"`
		Overdue text `json:"overdue"`
	}] `json:"confirmation_statement"`
}

type items struct {
	Items jsonrows.List[item] `json:"items"`
}

// item is a charge or a filing: their members do not clash.
type item struct {
	ChargeCode    text `json:"charge_code"`
	ChargeNumber  text `json:"charge_number"`
	ID            text `json:"id"`
	ETag          text `json:"etag"`
	Status        text `json:"status"`
	CreatedOn     text `json:"created_on"`
	DeliveredOn   text `json:"delivered_on"`
	SatisfiedOn   text `json:"satisfied_on"`
	TransactionID text `json:"transaction_id"`
	Category      text `json:"category"`
	Type          text `json:"type"`
	Date          text `json:"date"`
	Values        jsonrows.Object[struct {
		MadeUpDate text `json:"made_up_date"`
	}] `json:"description_values"`
	Links jsonrows.Object[struct {
		Self text `json:"self"`
	}] `json:"links"`
}

type insolvency struct {
	Cases jsonrows.List[insolvencyCase] `json:"cases"`
}

type insolvencyCase struct {
	Type   text `json:"type"`
	Number text `json:"number"`
	Dates  jsonrows.List[struct {
		Type text `json:"type"`
		Date text `json:"date"`
	}] `json:"dates"`
}

// rows fills rows of one contract by the names of its fields.
type rows struct {
	t     *contract.Table
	cells []string
	out   ingest.Output
}

func (r *rows) set(field string, v string) { r.cells[r.t.Index(field)] = v }

func (r *rows) send(no int64) error {
	err := r.out.Row(ingest.Row{Table: r.t.Name, No: no, Cells: r.cells})
	clear(r.cells)
	return err
}

// parts sends on whatever bodies of a company there are.
func (b *register) parts(name, number string, v *envelope) error {
	if n, ok := decode.CompanyNumber(cmp.Or(number, string(v.Profile.Value.Number))); ok {
		number = n
	} else {
		return b.Hold(name, contract.MissingValue, "nothing says whose body this is: there is no company number in it, nor in the file's name")
	}
	b.kept++
	if v.Profile.Present {
		if err := b.profile(number, &v.Profile.Value, &v.Charges.Value, v.Charges.Present); err != nil {
			return err
		}
	}
	for i, c := range v.Charges.Value.Items {
		t := b.tables["company_charge"]
		t.set("company_number", number)
		t.set("charge_ref", cmp.Or(string(c.ChargeCode), string(c.ID), lastPart(string(c.Links.Value.Self)), string(c.ChargeNumber), fmt.Sprint(i+1)))
		t.set("status", string(c.Status))
		t.set("created_on", day(c.CreatedOn))
		t.set("delivered_on", day(c.DeliveredOn))
		t.set("satisfied_on", day(c.SatisfiedOn))
		if err := t.send(b.No); err != nil {
			return err
		}
	}
	for _, c := range v.Insolvency.Value.Cases {
		if err := b.insolvent(number, c); err != nil {
			return err
		}
	}
	for _, c := range v.Filings.Value.Items {
		t := b.tables["company_filing"]
		t.set("company_number", number)
		t.set("filing_ref", string(c.TransactionID))
		t.set("filed_on", day(c.Date))
		t.set("category", string(c.Category))
		t.set("form", string(c.Type))
		t.set("made_up_to", day(c.Values.Value.MadeUpDate))
		if err := t.send(b.No); err != nil {
			return err
		}
	}
	return nil
}

func (b *register) profile(number string, p *profile, charges *items, counted bool) error {
	t := b.tables["company_profile"]
	a, s := p.Accounts.Value, p.Statement.Value
	for field, v := range map[string]string{
		"company_number": number, "company_name": string(p.Name), "company_type": string(p.Type), "status": string(p.Status), "status_detail": string(p.StatusDetail),
		"incorporated_on": day(p.Created), "dissolved_on": day(p.Ceased), "accounts_made_up_to": day(a.Last.Value.MadeUpTo), "accounts_type": string(a.Last.Value.Type),
		"accounts_due_on": day(cmp.Or(a.Next.Value.DueOn, a.NextDue)), "accounts_overdue": cmp.Or(string(a.Next.Value.Overdue), string(a.Overdue)),
		"statement_due_on": day(s.NextDue), "statement_overdue": string(s.Overdue), "insolvency_history": string(p.Insolvency), "office_in_dispute": string(p.Disputed),
	} {
		t.set(field, v)
	}
	var codes []string
	for _, c := range p.SIC {
		codes = append(codes, string(c))
	}
	t.set("sic_codes", strings.Join(codes, " "))
	if counted {
		standing := 0
		for _, c := range charges.Items {
			if c.Status == "outstanding" || c.Status == "part-satisfied" {
				standing++
			}
		}
		t.set("charges", fmt.Sprint(len(charges.Items)))
		t.set("charges_outstanding", fmt.Sprint(standing))
	} else if p.HasCharges == "false" {
		t.set("charges", "0")
		t.set("charges_outstanding", "0")
	}
	return t.send(b.No)
}

// insolvent sends a row for each date of a case, or one for a case without dates.
func (b *register) insolvent(number string, c insolvencyCase) error {
	t := b.tables["company_insolvency"]
	send := func(kind, on string) error {
		t.set("company_number", number)
		t.set("case_no", string(c.Number))
		t.set("case_type", string(c.Type))
		t.set("date_kind", kind)
		t.set("on_date", on)
		return t.send(b.No)
	}
	if len(c.Dates) == 0 {
		return send("", "")
	}
	for _, d := range c.Dates {
		if err := send(string(d.Type), day(d.Date)); err != nil {
			return err
		}
	}
	return nil
}

// day reads a date; what is none is left as it is, so that the contract shows it.
func day(s text) string {
	iso, missing, err := decode.DateReader{}.Date(string(s))
	switch {
	case err != nil:
		return string(s)
	case missing != decode.Present:
		return ""
	}
	return iso
}

func lastPart(address string) string {
	if i := strings.LastIndexByte(address, '/'); i >= 0 {
		return address[i+1:]
	}
	return ""
}
