package gen

import "fmt"

// Seed is the seed of the committed county.
const Seed uint64 = 20261003

// Files makes the county from a seed and returns its files, sorted by path. The same seed gives
// the same bytes.
func Files(seed uint64) ([]File, error) {
	c := build(seed)
	c.makeConcerns()
	c.numberEnquiries()
	c.makeComplaints()
	contracts := c.makeContracts()
	out := &Output{}
	for _, step := range []struct {
		name string
		run  func() error
	}{
		{"CQC bodies", func() error { return c.writeCQC(out) }},
		{"CQC ratings files", func() error { return c.writeRatings(out) }},
		{"CQC's list of deactivated locations", func() error { return c.writeDeactivated(out) }},
		{"concerns", func() error { return c.writeConcerns(out) }},
		{"enquiries", func() error { return c.writeEnquiries(out) }},
		{"complaints", func() error { return c.writeComplaints(out) }},
		{"notices", func() error { return c.writeOCDS(out, contracts) }},
		{"contracts register", func() error { return c.writeRegister(out, contracts) }},
		{"company events", func() error { return c.writeEvents(out) }},
		{"placements", func() error { return c.writePlacements(out) }},
		{"lists of placements", func() error { return c.writePlacementReturns(out) }},
		{"capacity", func() error { return c.writeCapacity(out) }},
		{"incidents", func() error { return c.writeIncidents(out) }},
		{"quality visits", func() error { return c.writeQuality(out) }},
		{"local register", func() error { return c.writeLocalRegister(out) }},
		{"Ombudsman's decisions", func() error { return c.writeOmbudsman(out) }},
		{"CQC's feedback counts", func() error { return c.writeFeedback(out) }},
		{"companies", func() error { return c.writeCompanies(out) }},
		{"spending", func() error { return c.writeSpend(out) }},
		{"truth", func() error { return c.writeTruth(out) }}, // last: it tells what the others did
	} {
		if err := step.run(); err != nil {
			return nil, fmt.Errorf("making %s: %w", step.name, err)
		}
	}
	return out.sorted(), nil
}

// Generate makes the county from a seed and writes it below dir: county.yml, truth.json and
// inbox/<source>/received=<date>/<file>. Files already there are overwritten.
func Generate(seed uint64, dir string) error {
	files, err := Files(seed)
	if err != nil {
		return err
	}
	return (&Output{files: files}).write(dir)
}
