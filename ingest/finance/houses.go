package finance

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"path"
	"regexp"
	"strings"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/jsonrows"
	"bellwether/ingest/tabular"
)

// houses reads what Companies House says of companies: bodies of its API (profile, charges, insolvency, filing history), one a file,
// many a file or an archive of them, and its monthly bulk file.
type houses struct{}

// Decode reads the bulk file where the delivery is a table, and bodies otherwise.
func (houses) Decode(ctx context.Context, f ingest.File, env ingest.Env, out ingest.Output) error {
	b := &register{tables: map[string]*rows{}}
	b.Delivery = jsonrows.Delivery{Ctx: ctx, Name: f.Name, Quarantine: func(no int64, code, reason string) error {
		return out.Quarantine(ingest.Problem{Table: "company_profile", Row: no, Code: code, Reason: reason, ValueClass: "JSON"})
	}}
	for _, name := range []string{"company_profile", "company_charge", "company_insolvency", "company_filing"} {
		t := env.Tables[name]
		if t == nil {
			return errors.New("the contract of " + name + " is needed to read Companies House files")
		}
		b.tables[name] = &rows{t: t, cells: make([]string, len(t.Fields)), out: out}
	}
	if table, err := isTable(f); err != nil {
		return tabular.FileError(f.Name, err)
	} else if table {
		return bulk.Decode(ctx, f, env, out)
	}
	return tabular.FileError(f.Name, b.read(f))
}

// isTable says whether the delivery is a CSV file, or an archive whose first file is one.
func isTable(f ingest.File) (bool, error) {
	found := false
	done := errors.New("seen enough")
	err := decode.Walk(f.Name, f.Body, f.Size, decode.Limits{Entries: 500_000}, func(e decode.Entry) error {
		found = strings.EqualFold(path.Ext(e.Name), ".csv")
		return done
	})
	if errors.Is(err, done) {
		err = nil
	}
	return found, err
}

// register reads the bodies of one delivery.
type register struct {
	jsonrows.Delivery
	tables map[string]*rows
	kept   int64
}

const nextStep = "Send bodies of https://api.company-information.service.gov.uk/company/{number} and of its charges, insolvency and filing-history, or the monthly bulk file"

func (b *register) read(f ingest.File) error {
	err := b.Read(f.Body, f.Size, b.Sound(func(one jsonrows.File, v jsonrows.Value) error { return b.body(one.Name, v.Raw) }))
	if err != nil {
		return err
	}
	if b.kept == 0 {
		return &decode.Error{Code: contract.WrongType, Reason: cmp.Or(b.First, "there is no company in the file"), NextStep: nextStep}
	}
	return nil
}

// numbered finds a company's number in the name of a file: 01234567.json, company/SC123456/charges.json, 1234567_insolvency.json.
var numbered = regexp.MustCompile(`(?i)(?:^|[/_.-])((?:[A-Z]{2})?\d{6,8})(?:[/_.-]|$)`)

// body tells what a body is by what it holds, and sends its rows on.
func (b *register) body(name string, raw []byte) error {
	var v envelope
	if err := json.Unmarshal(raw, &v); err != nil {
		return b.Hold(name, contract.WrongType, "this is not a body of the companies register")
	}
	number := string(v.Number)
	if m := numbered.FindStringSubmatch(name); number == "" && m != nil {
		number = m[1]
	}
	if v.Profile.Present || v.Charges.Present || v.Insolvency.Present || v.Filings.Present {
		return b.parts(name, cmp.Or(number, string(v.Profile.Value.Number)), &v)
	}
	switch {
	case v.Status != "" || v.Name != "":
		var p jsonrows.Object[profile]
		if err := json.Unmarshal(raw, &p); err != nil {
			return b.Hold(name, contract.WrongType, "this is not a company's profile")
		}
		v.Profile = p
	case len(v.Cases) > 0:
		v.Insolvency = jsonrows.Object[insolvency]{Value: insolvency{Cases: v.Cases}, Present: true}
	case len(v.Items) > 0 && v.Items[0].TransactionID != "":
		v.Filings = jsonrows.Object[items]{Value: items{Items: v.Items}, Present: true}
	case len(v.Items) > 0:
		v.Charges = jsonrows.Object[items]{Value: items{Items: v.Items}, Present: true}
	default:
		return b.Hold(name, contract.WrongType, "this is neither a company's profile nor its charges, insolvency or filings")
	}
	if number == "" && len(v.Items) > 0 {
		if m := numbered.FindStringSubmatch(string(v.Items[0].Links.Value.Self)); m != nil {
			number = m[1]
		}
	}
	return b.parts(name, number, &v)
}
