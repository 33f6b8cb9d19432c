package gen

import "strconv"

// writeFeedback makes the lists that CQC shares of how many people gave feedback on care, a month each. Services without any are left out,
// and where one person spoke the split is hidden.
func (c *county) writeFeedback(out *Output) error {
	header := []string{"CQC Location ID", "Location Name", "Period From", "Period To", "Comments", "Comments raising concerns", "Good experiences"}
	for _, month := range []string{"2026-08", "2026-09"} {
		from := day(month + "-01")
		to := from.firstOfNext() - 1
		var rows [][]string
		for _, l := range c.locations {
			r := stream(c.seed, "feedback", month, l.id)
			if l.left != 0 && l.left <= to || l.registered > from || !r.chance(0.1) {
				continue
			}
			n := 1 + r.intn(5)
			concerns := r.intn(n + 1)
			row := []string{l.id, l.name, from.uk(), to.uk(), strconv.Itoa(n), strconv.Itoa(concerns), strconv.Itoa(n - concerns)}
			if n == 1 {
				row[5], row[6] = "[c]", "[c]"
			}
			rows = append(rows, row)
		}
		data, err := csvBytes(header, rows, false)
		if err != nil {
			return err
		}
		out.add("cqc_feedback", min(to+9, day("2026-10-01")), "feedback_on_care_"+from.format("2006_01")+".csv", data)
	}
	return nil
}
