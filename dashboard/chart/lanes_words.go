package chart

import (
	"fmt"
	"strings"

	"bellwether/dashboard/link"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// summary says in sentences what the lanes show.
func (k Clock) summary() string {
	var say []string
	if n := len(k.Story.Weeks); n > 0 {
		latest, before := k.sumWeeks(n-12, n), k.sumWeeks(n-24, n-12)
		say = append(say, fmt.Sprintf("%s in the 12 weeks to %s, %s in the 12 before.", words.Capital(words.Spell(int(latest.Concerns), "concern")),
			words.Date(k.Story.Weeks[n-1].Week.AddDate(0, 0, 6)), words.SpellNumber(int(before.Concerns))))
		say = append(say, fmt.Sprintf("In the same 12 weeks, %s and %s.", words.Spell(int(latest.Enquiries), "section 42 enquiry|section 42 enquiries"), words.Spell(int(latest.Complaints), "complaint")))
		if latest.Incidents != nil {
			says := fmt.Sprintf("The provider itself told of %s in the same weeks", words.Spell(int(*latest.Incidents), "incident"))
			if counts := k.counts(k.told()); counts != "" {
				says += ", " + counts
			}
			say = append(say, says+".")
		}
	}
	for _, s := range []struct {
		name string
		band []read.Band
	}{{"concerns", k.Story.Band}, {"complaints", k.Story.ComplaintBand}, {"incidents", k.Story.IncidentBand}} {
		n := len(s.band)
		if n == 0 {
			continue
		}
		b := s.band[n-1]
		if b.Observed != nil && b.Low != nil && b.High != nil {
			where := "within"
			if *b.Observed > *b.High {
				where = "above"
			} else if *b.Observed < *b.Low {
				where = "below"
			}
			unit := "The provider"
			if b.UnitName != "" {
				unit = b.UnitName
			}
			say = append(say, fmt.Sprintf("%s is %s its usual range of %s to %s %s in %s, at %s.", unit, where, words.Decimal(*b.Low, 1), words.Decimal(*b.High, 1), s.name,
				words.Plural(int(b.Window), "week"), words.Decimal(*b.Observed, 1)))
		}
	}
	for _, g := range k.Story.Managers {
		if g.ReturnedOn == nil {
			say = append(say, fmt.Sprintf("%s has had no registered manager since %s.", g.Name, words.Date(g.AbsentFrom)))
		}
	}
	if paid, _, last, _ := k.paid(); len(paid) > 0 {
		sum := 0.0
		for _, m := range k.Spend {
			if m.Month.Equal(last) {
				sum += m.Amount
			}
		}
		say = append(say, fmt.Sprintf("%s was paid in %s, as public bodies published.", words.Money(sum), last.Format("January 2006")))
	}
	for _, e := range k.Story.Company {
		say = append(say, fmt.Sprintf("The company: %s on %s.", words.Label(e.Type), words.Date(e.On)))
	}
	if len(say) == 0 {
		return "Nothing dated is known of this provider yet."
	}
	return strings.Join(say, " ")
}

// sumWeeks adds each measure on its own over weeks[from:to].
func (k Clock) sumWeeks(from, to int) (sum read.Week) {
	for _, w := range k.Story.Weeks[max(0, from):max(0, to)] {
		sum.Concerns += w.Concerns
		sum.Enquiries += w.Enquiries
		sum.Complaints += w.Complaints
		if w.Incidents != nil {
			n := *w.Incidents
			if sum.Incidents != nil {
				n += *sum.Incidents
			}
			sum.Incidents = &n
		}
	}
	return sum
}

// table gives the latest half year week by week.
func (k Clock) table() Table {
	t := Table{Caption: "Counts by week", Head: []Head{{Text: "Week of"}, {"Concerns", true}, {"Source not known", true}, {"Section 42 enquiries", true}, {"Complaints", true}, {"Incidents", true}, {"Level", false}}}
	level := map[string]int64{}
	for _, l := range k.Story.Levels {
		level[l.Week.Format(iso)] = l.Level
	}
	n := len(k.Story.Weeks)
	for i := n - 1; i >= 0 && i >= n-26; i-- {
		w := k.Story.Weeks[i]
		name := words.Unknown
		if at, ok := level[w.Week.Format(iso)]; ok {
			name = k.LevelNames[min(max(at, 0), 3)]
		}
		t.Rows = append(t.Rows, []Cell{Txt(words.Date(w.Week)), Num(words.Int(w.Concerns)), Num(words.Int(w.Unknown)), Num(words.Int(w.Enquiries)), Num(words.Int(w.Complaints)), Num(orUnknown(w.Incidents)), Txt(name)})
	}
	t.Caption += lastRows(n, 26)
	return t
}

// LinkWeeks points the table's counts at their rows.
func (f *Figure) LinkWeeks(provider string, weeks []read.Week) {
	n := len(weeks)
	for i := range f.Table.Rows {
		day := weeks[n-1-i].Week.Format(iso)
		for column, feed := range map[int]string{1: "concerns", 3: "enquiries", 4: "complaints"} {
			f.Table.Rows[i][column].Link = link.Records(feed, "provider", provider, "from", day, "to", day)
		}
	}
}

// orUnknown writes a number, or says that there is none.
func orUnknown(n *int64) string {
	if n == nil {
		return words.Unknown
	}
	return words.Int(*n)
}
