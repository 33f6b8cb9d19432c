package gen

import "fmt"

// resident is one person in one place of a service on a day. The numbers are those by which the concerns know the same people.
type resident struct {
	at        *location
	place     int
	stay      int
	number    string
	from, to  Day    // of the stay; to is past when somebody else has the place
	payer     string // council, joint, nhs, other, self
	authority string // who placed the person; empty for people who pay for themselves
}

// stayDays is how long a person keeps a place.
const stayDays = 730

// others who place people in the county.
var otherPlacers = []choice{{40, "Wrenshire Council"}, {26, "Dogger and Fisher Borough Council"}, {20, "Heronbridge City Council"}, {14, "Plover Vale Metropolitan Borough Council"}}

// residentsOf lists the people of a service on a day: places stand empty at a share of its own.
func (c *county) residentsOf(l *location, on Day) []resident {
	var out []resident
	empty := stream(c.seed, "empty places", l.residents).float() * 0.2
	for place := range int(l.people) {
		offset := Day(stream(c.seed, "stay", l.residents, fmt.Sprint(place)).intn(stayDays))
		stay := int(on+offset) / stayDays
		v := resident{at: l, place: place, stay: stay, from: Day(stay*stayDays) - offset, to: Day((stay+1)*stayDays) - offset}
		r := stream(c.seed, "funds", l.residents, fmt.Sprint(place, stay))
		if r.chance(empty) {
			continue
		}
		v.number = number("P", stream(c.seed, "adult", l.residents, fmt.Sprint(place, stay)))
		pay := []choice{{17, "council"}, {2, "joint"}, {6, "nhs"}, {8, "other"}, {67, "self"}}
		if !l.careHome() || l.learning {
			pay = []choice{{28, "council"}, {4, "joint"}, {4, "nhs"}, {12, "other"}, {52, "self"}}
		}
		switch v.payer = r.pick(pay); v.payer {
		case "council", "joint":
			v.authority = council
		case "nhs":
			v.authority = "NHS Larkshire Integrated Care Board"
		case "other":
			v.authority = r.pick(otherPlacers)
		}
		out = append(out, v)
	}
	return out
}

// zippedCSV is one CSV file inside a zip archive, as portals hand out their larger exports.
func zippedCSV(name string, header []string, rows [][]string) ([]byte, error) {
	data, err := csvBytes(header, rows, true)
	if err != nil {
		return nil, err
	}
	return zipped([]File{{Path: name, Data: data}})
}
