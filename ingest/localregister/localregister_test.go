package localregister_test

import (
	"strings"
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/localregister"
)

func TestRegister(t *testing.T) {
	d := rowtest.Source(t, localregister.Sources(), "local_register").Decoder
	text := "Service Ref,Service Name,Provider Ref,Provider Name,Company Number,Service Type,Places,People Supported,Postcode,Local Authority,Status,Date Opened,Date Closed,Contact,Telephone\n" +
		"ls01,Sandglass Day Opportunities,SAND,Sandglass Collective,9501000,Day centre,24,20,lk12ab,Larkshire,Active,01/04/2015,,Canary Quill,01632 960000\n" +
		"LOCAL-LS02,Capstan Lodge,FOG,Foghorn Housing Support,,Hostel,10,,LK1 2AB,Larkshire,,25/06/2016,31/05/2026,Canary,\n" +
		"LS03,,FOG,Foghorn Housing Support,,Hostel,10,,LK1 2AB,Larkshire,Open,25/06/2016,,Canary,\n" +
		"LS04,Bothy,FOG,Foghorn Housing Support,,Treehouse,-1,,LK1 2AB,Larkshire,Open,25/06/2016,,Canary,\n"
	o, err := rowtest.Run(t, d, "register.csv", []byte(text), nil)
	got := o.Render(err)
	rowtest.Golden(t, "register", got)
	if strings.Contains(got, "Canary") || strings.Contains(got, "960000") {
		t.Error("a contact got through")
	}
}
