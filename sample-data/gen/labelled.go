package gen

import "fmt"

// Labelled is a name as somebody typed it, and the location that was meant; "" where none of the register was.
type Labelled struct {
	Name, Postcode, LocationID string
}

// LabelledNames makes the exercise by which identity is measured: every location in force under a name as people type it (capitals,
// abbreviations, slips, the company's name, a town added), with its postcode, with none, or with one that is out of date; and names of
// services that are on no register.
func LabelledNames(seed uint64) []Labelled {
	c := build(seed)
	r := stream(seed, "labelled")
	var out []Labelled
	for _, l := range c.locations {
		if !l.open(end) {
			continue
		}
		for range 2 {
			v := Labelled{Name: typed(r, l), LocationID: l.id}
			switch x := r.float(); {
			case x < 0.45:
				v.Postcode = l.at.postcode
			case x < 0.60:
				v.Postcode = c.place(r).postcode // the home moved, or the office's was given
			}
			out = append(out, v)
		}
	}
	for i := range 60 {
		out = append(out, Labelled{Name: fmt.Sprintf("%s%s %s", r.oneOf(trees...), r.oneOf(endings...), r.oneOf("Lodge", "House", "agency", "Care at Home", "Nursing")), Postcode: []string{"", c.place(r).postcode}[i%2]})
	}
	return out
}
