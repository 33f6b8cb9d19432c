// Package datapages is the room of the data: what was delivered and how fresh it is, rows that were set aside, files that are held, names that
// match no provider, the records themselves, the way from a figure to its files, the runs and the earlier snapshots.
package datapages

import (
	"time"

	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// dataView is the data page.
type dataView struct {
	Frame   read.Frame
	Data    read.Data
	Weeks   []time.Time
	Strips  []stripRow
	Waiting int64
	Failing []read.Check
	Passing []read.Check
	Lineage []lineageRow
	Names   bool
	Matches bool // the reader may say who is meant
	// MayAccept says that the reader may accept held files.
	MayAccept bool
	Sentence  string
	// Changed is the sources whose recording changed.
	Changed []read.RecordingChange
	// Runs are the newest runs of this machine.
	Runs []runRow
}

// latestRuns is how many runs the data page shows.
const latestRuns = 5

// stripRow is a source's year of deliveries, a cell a week.
type stripRow struct {
	Name  string
	Cells []stripCell
	Total int64
}

type stripCell struct{ State, Says string }

type lineageRow struct {
	Model string
	From  []string
}

// Page is what was delivered: each source, how fresh it is, and what was not taken in.
func Page(q *page.Request) error {
	scope, err := q.Scope(access.Provider)
	if err != nil {
		return err
	}
	v := dataView{Frame: q.Frame, Names: scope.All()}
	if q.Frame.Empty {
		return q.Page("data", "Data", v)
	}
	// Names that match nobody belong to no area, so only a reader without limits is shown them.
	if v.Data, err = q.Snapshot.Data(q.R.Context(), q.Frame, scope.All()); err != nil {
		return err
	}
	v.MayAccept = mayAccept(q)
	v.Matches = q.Config.Matches != nil && q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassB, Kind: access.Match}).Allow
	if v.Changed, err = recordingNote(q); err != nil {
		return err
	}
	if v.Runs, err = runsKept(q); err != nil {
		return err
	}
	v.Runs = v.Runs[:min(len(v.Runs), latestRuns)]
	for _, g := range v.Data.Quarantine {
		v.Waiting += g.Waiting()
	}
	for _, c := range v.Data.Checks {
		if c.OK {
			v.Passing = append(v.Passing, c)
		} else {
			v.Failing = append(v.Failing, c)
		}
	}
	v.strips()
	v.lineage()
	v.Sentence = v.say()
	return q.Page("data", "Data", v)
}

// strips lays the deliveries of a year out by week.
func (v *dataView) strips() {
	monday := v.Frame.Run.AsOf
	for monday.Weekday() != time.Monday {
		monday = monday.AddDate(0, 0, -1)
	}
	for i := 51; i >= 0; i-- {
		v.Weeks = append(v.Weeks, monday.AddDate(0, 0, -7*i))
	}
	type key struct {
		source string
		week   string
	}
	seen := map[key]read.LoadWeek{}
	for _, l := range v.Data.LoadWeeks {
		seen[key{l.Source, l.Week.Format(time.DateOnly)}] = l
	}
	for _, s := range v.Frame.Sources {
		row := stripRow{Name: words.SourceName(s.Name, s.Title)}
		for _, w := range v.Weeks {
			l := seen[key{s.Name, w.Format(time.DateOnly)}]
			row.Total += l.Loaded
			cell := stripCell{"none", ""}
			switch {
			case l.Rejected > 0:
				cell = stripCell{"rejected", words.Plural(int(l.Rejected), "file") + " refused in the week of " + words.Date(w)}
			case l.Loaded > 0:
				cell = stripCell{"loaded", words.Plural(int(l.Loaded), "file") + " in the week of " + words.Date(w)}
			}
			row.Cells = append(row.Cells, cell)
		}
		v.Strips = append(v.Strips, row)
	}
}

func (v *dataView) lineage() {
	for _, l := range v.Data.Lineage {
		if n := len(v.Lineage); n > 0 && v.Lineage[n-1].Model == l.Model {
			v.Lineage[n-1].From = append(v.Lineage[n-1].From, l.DependsOn)
			continue
		}
		v.Lineage = append(v.Lineage, lineageRow{l.Model, []string{l.DependsOn}})
	}
}

// HeldCount counts the files that the completeness gate holds.
func (v dataView) HeldCount() int64 { return int64(len(v.Data.Held)) }

func (v *dataView) say() string {
	late := 0
	for _, s := range v.Frame.Sources {
		if s.Late() {
			late++
		}
	}
	out := words.Capital(words.Spell(late, "source")) + " " + map[bool]string{true: "is", false: "are"}[late == 1] + " late"
	if late == 0 {
		out = "Every source is on time"
	}
	if v.Waiting > 0 {
		out += "; " + words.Spell(int(v.Waiting), "row") + " " + map[bool]string{true: "waits", false: "wait"}[v.Waiting == 1] + " in quarantine"
	}
	return out + "."
}

// quarantineView lists bad rows: where each is and what is wrong, never what it holds.
type quarantineView struct {
	Source, Reason, Column string
	Rows                   []read.QuarantineRow
	Pager                  page.Pager
	Ignored                []string
}

// Quarantine lists the rows that were set aside, with the reason.
func Quarantine(q *page.Request) error {
	p := q.Params()
	nth := p.Page()
	v := quarantineView{Source: p.Text("source", 60), Reason: p.Text("reason", 40), Column: p.Text("column", 80)}
	rows, total, err := q.Snapshot.QuarantineRows(q.R.Context(), v.Source, v.Reason, v.Column, page.Size, (nth-1)*page.Size)
	if err != nil {
		return err
	}
	v.Rows, v.Ignored = rows, p.Ignored
	v.Pager = q.Paging(total, nth, page.Size, len(rows), "row")
	return q.Page("quarantine", "Quarantine", v, page.To("Data", "/data"))
}

// recordingNote is the changes of recording practice, for readers of the whole market.
func recordingNote(q *page.Request) ([]read.RecordingChange, error) {
	scope, err := q.Scope(access.Flag)
	if err != nil || !scope.All() || q.Frame.Empty {
		return nil, err
	}
	return q.Snapshot.RecordingChanges(q.R.Context())
}
