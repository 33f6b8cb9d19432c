package finance_test

import (
	"testing"

	"bellwether/ingest/finance"
	"bellwether/ingest/internal/rowtest"
)

func TestEvents(t *testing.T) {
	d := rowtest.Source(t, finance.Sources(), "company_events").Decoder
	for name, text := range map[string]string{
		"larkshire": "Company Number,Company Name,Event,Event Date,Filing Code\n99001234,Wheatear Care Ltd,administration,2026-03-02,AM01\n" +
			"9900123,Marram Homes Ltd,accounts_overdue,2026-02-01,\nSC99012,Skua Care Ltd,strike_off_proposed,2026-01-05,GAZ1\n",
		"register_words": "company_number,company_name,type,date\n9900123,Marram Homes Ltd,creditors-voluntary-liquidation,05/01/2026\n" +
			"9900123,Marram Homes Ltd,Active - Proposal to Strike off,25/02/2026\n9900123,Marram Homes Ltd,in-administration,25/02/2026\n" +
			"9900123,Marram Homes Ltd,Moved its office,26/02/2026\n",
		"bad_rows":  "Company Number,Event,Event Date\n,administration,2026-03-02\n99001234,,2026-03-02\n99001234,administration,\n99001234,administration,2026-02-30\n9.9E+07,cvl,2026-03-02\n",
		"ambiguous": "Company Number,Event,Event Date\n99001234,administration,03/02/2026\n",
		"no_date":   "Company Number,Event\n99001234,administration\n",
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rowtest.Run(t, d, "events.csv", []byte(text), nil)
			rowtest.Golden(t, name, o.Render(err))
		})
	}
}
