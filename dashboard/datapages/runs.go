package datapages

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"bellwether/dashboard/class"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
	"bellwether/internal/runlog"
)

// runsView lists runs.
type runsView struct {
	Sentence string
	Rows     []runRow
	Show     string
	Pager    page.Pager
	Ignored  []string
	// Kept says that runs are kept on this machine at all.
	Kept bool
	// Several says that other machines may have run it too.
	Several bool
}

// runRow is a run as a table shows it.
type runRow struct {
	runlog.Run `class:"A"`
}

// State is the run's outcome as a tag: its colour and its words.
func (r runRow) State() string {
	switch {
	case r.UnderWay:
		return "running"
	case r.Outcome == "":
		return "broken"
	case r.Outcome == runlog.Published && r.Warnings+r.Errors > 0:
		return "published_warned"
	}
	return string(r.Outcome)
}

// By says who began the run.
func (r runRow) By() string {
	if source, ok := strings.CutPrefix(r.Doing, "serve: "); ok {
		if name := words.SourceName(source, ""); name != source {
			return "the schedule, for " + name
		}
		return "the service: " + source
	}
	return r.Doing
}

// Took is how long it ran, in words.
func (r runRow) Took() string { return words.Took(r.Seconds) }

// Moment is when it began.
func (r runRow) Moment() string { began := r.Began; return words.Moment(&began) }

// trouble says whether a person should look at the run.
func (r runRow) trouble() bool {
	return r.Outcome == runlog.Failed || r.BrokenOff() || r.Warnings+r.Errors > 0
}

// runsKept gives the runs of this machine, none where it keeps none.
func runsKept(q *page.Request) (out []runRow, err error) {
	if q.Config.Runs == nil {
		return nil, nil
	}
	all, err := q.Config.Runs.List(q.R.Context())
	for _, r := range all {
		out = append(out, runRow{r})
	}
	return out, err
}

// Runs lists the runs of this machine.
func Runs(q *page.Request) error {
	p := q.Params()
	nth := p.Page()
	v := runsView{Several: q.Config.Several, Show: p.One("show", "all", "trouble", "published")}
	all, err := runsKept(q)
	if err != nil {
		return err
	}
	v.Kept = len(all) > 0
	failed := 0
	var rows []runRow
	for _, r := range all {
		if r.Outcome == runlog.Failed || r.BrokenOff() {
			failed++
		}
		if v.Show == "all" || v.Show == "trouble" && r.trouble() || v.Show == "published" && r.Outcome == runlog.Published {
			rows = append(rows, r)
		}
	}
	from := min((nth-1)*page.Size, len(rows))
	v.Rows = rows[from:min(from+page.Size, len(rows))]
	v.Ignored, v.Pager = p.Ignored, q.Paging(int64(len(rows)), nth, page.Size, len(v.Rows), "run")
	switch {
	case !v.Kept:
		v.Sentence = "No run is kept on this machine yet."
	case failed == 0:
		v.Sentence = words.Capital(words.Spell(len(all), "run")) + " kept; none failed."
	default:
		v.Sentence = words.Capital(words.Spell(len(all), "run")) + " kept; " + words.SpellNumber(failed) + " failed or " + map[bool]string{true: "was", false: "were"}[failed == 1] + " broken off."
	}
	return q.Page("runs", "Runs", v, page.To("Data", "/data"))
}

// runView is one run.
type runView struct {
	Row      runRow
	Run      runlog.Detail `class:"A"`
	Sentence string
	// Kept says that the run's lines are kept here.
	Kept bool
	// Snapshot is what the run published, as far as a kept snapshot says so.
	Snapshot *read.Run
	// InForce says that its snapshot is the one that pages show.
	InForce bool
	Trouble []runlog.Line
	Slowest []runlog.Made
}

// Long says that the files are too many to be read in passing; those that were refused or held back are among the lines to look at.
func (v runView) Long() bool { return len(v.Run.Taken) > 20 }

// Tables is how many tables the run made.
func (v runView) Tables() int { return len(v.Run.Tables) }

// theRun finds the run that the address names: by its lines, by the snapshot shown, or by one that is kept.
func theRun(q *page.Request) (v runView, err error) {
	id := q.R.PathValue("id")
	if q.Config.Runs != nil {
		v.Run, err = q.Config.Runs.Read(q.R.Context(), id)
		if err != nil && !errors.Is(err, runlog.ErrUnknown) {
			return v, err
		}
		v.Kept = err == nil
	}
	if v.Snapshot, v.InForce, err = snapshotOf(q, id); err != nil {
		return v, err
	}
	if !v.Kept && v.Snapshot == nil {
		return v, &page.Problem{Status: http.StatusNotFound, Title: "No such run is kept", Says: "Neither its lines nor its snapshot are on this machine: it is older than what is kept, or another machine ran it.", Next: []page.Step{page.To("Runs", "/data/runs")}}
	}
	if !v.Kept {
		v.Run.ID = v.Snapshot.ID
		if v.Snapshot.StartedAt != nil {
			v.Run.Began = *v.Snapshot.StartedAt
		}
	}
	v.Row = runRow{v.Run.Run}
	return v, nil
}

func snapshotOf(q *page.Request, id string) (run *read.Run, inForce bool, err error) {
	if !q.Frame.Empty && q.Frame.Run.ID == id {
		return &q.Frame.Run, !q.Back, nil
	}
	earlier, can := q.Config.Snapshots.(page.Earlier)
	if !can {
		return nil, false, nil
	}
	kept, err := earlier.Kept(q.R.Context())
	for i, k := range kept {
		if k.Readable && k.Run.ID == id {
			return &kept[i].Run, i == 0, err
		}
	}
	return nil, false, err
}

// Run is one run with what it said.
func Run(q *page.Request) error {
	v, err := theRun(q)
	if err != nil {
		return err
	}
	for _, l := range v.Run.Lines {
		if l.Trouble() {
			v.Trouble = append(v.Trouble, l)
		}
	}
	v.Slowest = slowest(v.Run.Tables, 12)
	v.Sentence = v.say()
	if err := q.Record(access.ClassA, v.Run.ID, true, "shown"); err != nil {
		return err
	}
	return q.Page("run", "Run "+v.Run.ID, v, page.To("Data", "/data"), page.To("Runs", "/data/runs"))
}

// say is the page's first line: what became of the run.
func (v runView) say() string {
	r, during := v.Run, ""
	if n := len(r.Steps); n > 0 {
		during = " during “" + strings.ToLower(r.Steps[n-1].Name) + "”"
	}
	switch {
	case !v.Kept:
		return "This run published what was known on " + words.Date(v.Snapshot.AsOf) + "; what it said meanwhile is not kept on this machine."
	case r.UnderWay:
		return "Under way since " + v.Row.Moment() + during + "."
	case r.Outcome == runlog.Published:
		out := "Published what was known on " + asOfWords(r.AsOf) + " after " + v.Row.Took()
		if n := int(r.Warnings); n > 0 {
			out += ", with " + words.Spell(n, "warning")
		}
		return out + "."
	case r.Outcome == runlog.Loaded && r.Files == 0:
		return "Nothing could be taken in, and nothing was published."
	case r.Outcome == runlog.Loaded:
		return "Took " + words.Spell(int(r.Files), "file") + " in and published nothing."
	case r.Outcome == runlog.Failed:
		return "Failed after " + v.Row.Took() + during + ": " + words.Label("run_"+r.Reason) + "."
	case r.Outcome == runlog.Interrupted:
		return "Stopped on purpose after " + v.Row.Took() + during + "; nothing was published."
	}
	return "Broken off" + during + ": its process ended without a word. Nothing half-done was kept; the next run goes on from there."
}

func asOfWords(day string) string {
	if t, err := time.Parse(time.DateOnly, day); err == nil {
		return words.Date(t)
	}
	return words.Unknown
}

// slowest gives the tables that took longest, those first; a table made in no time says nothing.
func slowest(all []runlog.Made, n int) (out []runlog.Made) {
	for _, m := range all {
		at := len(out)
		for at > 0 && out[at-1].Seconds < m.Seconds {
			at--
		}
		out = append(out[:at], append([]runlog.Made{m}, out[at:]...)...)
		out = out[:min(len(out), n)]
	}
	return out
}

// RunLines gives a run's lines as text, to be read in anything.
func RunLines(q *page.Request) error {
	v, err := theRun(q)
	if err != nil {
		return err
	}
	if !v.Kept {
		return &page.Problem{Status: http.StatusNotFound, Title: "No lines of this run are kept", Says: "Another machine ran it, or it is older than what is kept.", Next: []page.Step{page.To("The run", "/data/runs/"+v.Run.ID)}}
	}
	if err := q.Record(access.ClassA, v.Run.ID, true, "run_lines"); err != nil {
		return err
	}
	mark := q.Config.Words.Markings.For(class.A).Text
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n# run %s, begun %s UTC by %s\n", mark, v.Run.ID, v.Run.Began.UTC().Format("2 Jan 2006 15:04:05"), v.Run.Doing)
	for _, l := range v.Run.Lines {
		fmt.Fprintln(&b, l.Text())
	}
	if v.Run.LeftOut > 0 {
		fmt.Fprintf(&b, "# %s had no room\n", words.Plural(int(v.Run.LeftOut), "line"))
	}
	h := q.W.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="bellwether_run_`+v.Run.ID+`.txt"`)
	h.Set("X-Protective-Marking", mark)
	_, _ = q.W.Write(b.Bytes())
	return nil
}
