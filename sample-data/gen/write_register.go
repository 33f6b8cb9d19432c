package gen

import (
	"fmt"
	"strconv"
)

// writeLocalRegister makes the council's own list of services that the national regulator does not register.
func (c *county) writeLocalRegister(out *Output) error {
	r := stream(c.seed, "local register")
	header := []string{"Service Ref", "Service Name", "Provider Ref", "Provider Name", "Company Number", "Service Type", "Places", "People Supported", "Postcode", "Local Authority", "Status", "Date Opened", "Date Closed", "Latitude", "Longitude", "Contact"}
	names := []struct{ service, provider, kind string }{
		{"Sandglass Day Opportunities", "Sandglass Collective", "Day service"}, {"Breakwater Day Centre", "Breakwater Trust", "Day service"},
		{"Tidepool Hub", "Sandglass Collective", "Day service"}, {"Foghorn House", "Foghorn Housing Support", "Accommodation-based"},
		{"Capstan Lodge Hostel", "Foghorn Housing Support", "Accommodation-based"}, {"Compass Advice", "Compass Advice Larkshire", "Advice and information"},
	}
	var rows [][]string
	for i, n := range names {
		at := c.place(r)
		closed, status := "", "Open"
		if i == 4 {
			closed, status = "31/05/2026", "Closed"
		}
		places := fmt.Sprint(r.between(8, 40))
		if n.kind == "Advice and information" {
			places = ""
		}
		rows = append(rows, []string{fmt.Sprintf("LS%02d", i+1), n.service, n.provider[:4], n.provider, fmt.Sprintf("9950%04d", 1000+i), n.kind, places, places, at.postcode, authority, status,
			(day("2015-04-01") + Day(r.intn(2500))).uk(), closed,
			strconv.FormatFloat(at.lat, 'f', -1, 64), strconv.FormatFloat(at.lon, 'f', -1, 64), "The manager"})
	}
	data, err := csvBytes(header, rows, true)
	if err != nil {
		return err
	}
	out.add("local_register", day("2026-09-14"), "local_register_2026_09.csv", data)
	return nil
}

// writeOmbudsman makes a list of the Ombudsman's decisions: those that the complaints log points to.
func (c *county) writeOmbudsman(out *Output) error {
	var rows [][]string
	for _, k := range c.complains {
		if k.lgsco == "" || len(rows) == 14 {
			continue
		}
		r := stream(c.seed, "ombudsman", k.ref)
		decision := r.pick([]choice{{50, "Upheld"}, {30, "Not upheld"}, {20, "Closed after initial enquiries"}})
		organisation, named := council, k.at.provider.name
		if r.chance(0.3) {
			organisation, named = k.at.provider.name, ""
		}
		remedy, complied := "", ""
		if decision == "Upheld" {
			remedy, complied = "Apology and payment", "Yes"
		}
		rows = append(rows, []string{k.lgsco, organisation, named, "Adult care services > Residential care", decision, (k.closed + 60).format("02 January 2006"), remedy, complied})
	}
	data, err := csvBytes([]string{"Reference", "Organisation", "Care provider named", "Category", "Decision", "Decision Date", "Remedy", "Complied"}, rows, true)
	if err != nil {
		return err
	}
	out.add("lgsco_decisions", day("2026-09-21"), "ombudsman_decisions_2026.csv", data)
	return nil
}
