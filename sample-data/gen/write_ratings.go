package gen

import (
	"fmt"
	"strings"
)

// fillRatings puts in the ratings published by a day. A location assessed under the single
// assessment framework loses its currentRatings and has the newest in the assessment branch.
func (l *location) fillRatings(seed uint64, b *locationBody, on Day) {
	for i := range l.ratings {
		t := &l.ratings[i]
		if t.on > on {
			break
		}
		newest := i+1 == len(l.ratings) || l.ratings[i+1].on > on
		switch {
		case t.assessed:
			l.assess(b, t, newest)
		case newest:
			link, org := l.link(seed, t), l.earnedBy(t)
			b.Current = &currentRatings{Date: t.on.ISO(), Overall: overallRating{ratingWord(t.overall, false), t.on.ISO(), link, org, keyRatings(t, t.on.ISO(), link, org)}}
			b.Inspected, b.Reported = &dated{(t.on - 32).ISO()}, &published{t.on.ISO()}
		default:
			b.Historic = append(b.Historic, historicRating{t.on.ISO(), l.link(seed, t), l.earnedBy(t),
				overallRating{Rating: ratingWord(t.overall, false), Keys: keyRatings(t, "", "", "")}})
			b.Inspected, b.Reported = &dated{(t.on - 32).ISO()}, &published{t.on.ISO()}
		}
	}
}

// earnedBy names the organisation that earned an inherited rating.
func (l *location) earnedBy(t *rating) string {
	if t.inherited {
		return l.predecessor.id
	}
	return ""
}

// link is the made-up identifier of a report.
func (l *location) link(seed uint64, t *rating) string {
	r := stream(seed, "report", l.residents, t.on.ISO())
	return fmt.Sprintf("%08x-%04x-4%03x-9%03x-%012x", r.next()>>32, r.next()>>48, r.next()>>52, r.next()>>52, r.next()>>16)
}

func keyRatings(t *rating, on, link, org string) []keyRating {
	out := make([]keyRating, 0, len(keyQuestions))
	for i, q := range keyQuestions {
		out = append(out, keyRating{q, ratingWord(t.key[i], false), on, link, org})
	}
	return out
}

var scores = [5]string{"", "33", "55", "74", "91"}

// assess adds the assessment branch of one rating.
func (l *location) assess(b *locationBody, t *rating, newest bool) {
	group, id := serviceName(l)
	state := "Historic"
	if newest {
		state = "Current"
	}
	b.Groups = []serviceGroup{{id, group, "Active"}}
	g := asgRating{Title: "Assessment of " + l.name, Date: (t.on - 40).ISO(), Plan: fmt.Sprintf("AP9%05d", int(t.on)), Status: "Active",
		Name: group, Rating: ratingWord(t.overall, true), State: state, Narrative: "Fictional assessment."}
	for i, q := range keyQuestions {
		g.Keys = append(g.Keys, asgKey{q, ratingWord(t.key[i], true), "Assessed", scores[t.key[i]]})
	}
	b.Assessments = append(b.Assessments, assessment{t.on.ISO() + " 09:30:00", assessmentRating{[]asgRating{g}}})
}

// serviceName is the name that ratings give to a kind of service under the new framework.
func serviceName(l *location) (name, id string) {
	switch l.kind {
	case nursing, residential:
		return "Care Homes", "271"
	case livingKind:
		return "Supported Living", "981"
	default:
		return "Homecare", "982"
	}
}

var ratingsHeader = strings.Split("Location ID,Location ODS Code,Location Name,Care Home?,Location Type,Location Primary Inspection Category,"+
	"Location Street Address,Location Address Line 2,Location City,Location Post Code,Location Local Authority,Location Region,Location NHS Region,"+
	"Location ONSPD CCG Code,Location ONSPD CCG,Location Commissioning CCG Code,Location Commissioning CCG Name,Service / Population Group,Domain,"+
	"Latest Rating,Publication Date,Report Type,Inherited Rating (Y/N),URL,Provider ID,Provider Name,Brand ID,Brand Name", ",")

// ratingsEditions are the months of the "latest ratings" files; each is received early in the next.
var ratingsEditions = []Day{day("2024-09-30"), day("2026-08-31")}

// writeRatings makes the "latest ratings" files: one row per location, group and domain.
func (c *county) writeRatings(out *Output) error {
	for _, on := range ratingsEditions {
		var rows [][]string
		for _, l := range c.locations {
			if t := l.current(on); t != nil && l.open(on) {
				rows = append(rows, l.ratingRows(t)...)
			}
		}
		data, err := csvBytes(ratingsHeader, rows, false)
		if err != nil {
			return err
		}
		out.add("cqc_ratings", on+4, fmt.Sprintf("cqc_latest_ratings_%s.csv", on.compact()), data)
	}
	return nil
}

// ratingRows are a location's rows. Under the new framework the rating stands in a service's
// rows and the overall row says "Not Rated", with no date: which is not a change of rating.
func (l *location) ratingRows(t *rating) [][]string {
	care, category, brandID, brandName, inherited := "N", "Community based adult social care services", "-", "-", "N"
	if l.careHome() {
		care, category = "Y", "Residential social care"
	}
	if v := l.provider.brand; v != nil {
		brandID, brandName = v.id, v.name
	}
	if t.inherited {
		inherited = "Y"
	}
	row := func(group, domain, word, on string) []string {
		return []string{l.id, l.ods, l.name, care, "Social Care Org", category, l.at.street, "", l.at.town, l.at.postcode, authority, region, "",
			"", "", "", "", group, domain, word, on, "Location", inherited, "", l.provider.id, l.provider.name, brandID, brandName}
	}
	group := "Overall"
	var rows [][]string
	if t.assessed {
		group, _ = serviceName(l)
		rows = append(rows, row("Overall", "Overall", "Not Rated", ""))
	}
	rows = append(rows, row(group, "Overall", ratingWord(t.overall, t.assessed), t.on.uk()))
	for i, q := range keyQuestions {
		rows = append(rows, row(group, q, ratingWord(t.key[i], t.assessed), t.on.uk()))
	}
	return rows
}
