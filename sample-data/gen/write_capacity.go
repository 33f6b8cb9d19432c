package gen

import "fmt"

var capacityHeader = []string{"cqcid", "location", "admissionstatus", "isacceptingadmissions", "maxcapacity", "usedbeds", "declaredvacancies",
	"vacanciesresidential", "vacanciesresidentialdementia", "vacanciesnursing", "vacanciesnursingdementia", "vacancieslearningdisability", "workforcestatus",
	"nursesemployed", "careworkersemployed", "noncareworkersemployed", "agencynursesemployed", "agencycareworkersemployed", "hourspaid", "hoursagency",
	"serviceusercount", "canprovidermorehours", "extrahourscount", "lastupdatedutc", "localauthority"}

// writeCapacity makes the council's monthly extracts of the capacity tracker, taken on the 16th. A service owes an update from the
// 8th to the 14th; one that sends none stands in the extract with its old entry.
func (c *county) writeCapacity(out *Output) error {
	last := map[string][]string{}
	for _, first := range []Day{day("2026-07-01"), day("2026-08-01"), day("2026-09-01")} {
		taken := first + 15
		var rows [][]string
		for _, l := range c.locations {
			if !l.open(taken) || l.people == 0 || l.kind == livingKind || l.kind == extraCare {
				continue
			}
			r := stream(c.seed, "capacity", l.id, first.ISO())
			if row := last[l.id]; row != nil && (r.chance(0.035) || c.silent(l, first)) {
				rows = append(rows, row)
				continue
			}
			last[l.id] = c.capacityRow(r, l, first+7+Day(r.intn(7)))
			rows = append(rows, last[l.id])
		}
		data, err := zippedCSV(fmt.Sprintf("capacity_%s.csv", first.compact()), capacityHeader, rows)
		if err != nil {
			return err
		}
		out.add("capacity", taken, fmt.Sprintf("capacity_%s.zip", first.compact()), data)
	}
	return nil
}

// silent says which planted homes no longer answer: the company that failed stopped two windows before its administration showed.
func (c *county) silent(l *location, first Day) bool {
	return l.provider == c.cast.insolvent && first >= day("2026-08-01")
}

func (c *county) capacityRow(r *rng, l *location, on Day) []string {
	used, open := len(c.residentsOf(l, on)), true
	workers, agency := int(l.people*0.9)+r.intn(4), r.oneOfInt(0, 0, 0, 1, 1, 2)
	status := "Green"
	switch {
	case l == c.cast.decline:
		agency, status = 4+int(on-day("2026-05-01"))/20, "Red"
		open = on < day("2026-09-01")
	case l.provider == c.cast.insolvent:
		agency, status, open = 5, "Amber", on < day("2026-07-01")
	case r.chance(0.05):
		status, open = "Amber", r.chance(0.4)
	}
	row := make([]string, len(capacityHeader))
	set := func(name, value string) {
		for i, h := range capacityHeader {
			if h == name {
				row[i] = value
			}
		}
	}
	number := func(name string, n int) { set(name, fmt.Sprint(n)) }
	set("cqcid", l.id)
	set("location", l.name)
	set("admissionstatus", map[bool]string{true: "Open", false: "Closed to admissions"}[open])
	set("isacceptingadmissions", map[bool]string{true: "TRUE", false: "FALSE"}[open])
	set("workforcestatus", status)
	number("careworkersemployed", workers)
	number("agencycareworkersemployed", agency)
	number("hourspaid", workers*31+agency*12)
	number("hoursagency", agency*12)
	if l.careHome() {
		free := l.beds - used
		number("maxcapacity", l.beds)
		number("usedbeds", used)
		number("declaredvacancies", free)
		number("noncareworkersemployed", 3+l.beds/8)
		kind := "vacanciesresidential"
		switch {
		case l.learning:
			kind = "vacancieslearningdisability"
		case l.kind == nursing:
			kind = "vacanciesnursing"
			number("nursesemployed", 2+l.beds/9)
			number("agencynursesemployed", r.oneOfInt(0, 0, 1))
		}
		forgetful := 0
		if !l.learning {
			forgetful = free / 3
			number(kind+"dementia", forgetful)
		}
		number(kind, free-forgetful)
	} else {
		number("serviceusercount", used)
		more := r.oneOfInt(0, 0, 20, 40, 80)
		set("canprovidermorehours", map[bool]string{true: "TRUE", false: "FALSE"}[more > 0])
		number("extrahourscount", more)
	}
	set("lastupdatedutc", fmt.Sprintf("%s %02d:15:00", on.ISO(), 9+r.intn(2)))
	set("localauthority", authority)
	return row
}
