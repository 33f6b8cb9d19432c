package gen

import "strconv"

// writeDeactivated makes CQC's list of deactivated locations: the county's registrations that have ended, most of which another one
// carries on.
func (c *county) writeDeactivated(out *Output) error {
	header := []string{"Location ID", "Location Name", "Location Status", "Location HSCA start date", "Location HSCA End Date", "Care home?",
		"Care homes beds at point location de-activated", "Location Type/Sector", "Location Local Authority", "Location Postal Code", "Provider ID", "Provider Name"}
	on := day("2026-08-31")
	var rows [][]string
	for _, l := range c.locations {
		if l.left == 0 || l.left > on {
			continue
		}
		home, beds := "N", ""
		if l.careHome() {
			home, beds = "Y", strconv.Itoa(l.beds)
		}
		rows = append(rows, []string{l.id, l.name, "De-activated", l.registered.uk(), l.left.uk(), home, beds, "Social Care Org", authority, l.at.postcode, l.provider.id, l.provider.name})
	}
	data, err := csvBytes(header, rows, false)
	if err != nil {
		return err
	}
	out.add("cqc_register_files", on+6, "Deactivated_Locations_"+on.compact()+".csv", data)
	return nil
}
