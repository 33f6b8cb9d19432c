package dashboard

import (
	"context"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/page"
	"bellwether/internal/runlog"
)

// keptRuns are runs as their files say them: one that published with a warning, one that failed, one that was broken off, one that goes on.
type keptRuns []runlog.Detail

func (k keptRuns) List(context.Context) (out []runlog.Run, err error) {
	for _, d := range k {
		out = append(out, d.Run)
	}
	return out, nil
}

func (k keptRuns) Read(_ context.Context, id string) (runlog.Detail, error) {
	for _, d := range k {
		if d.ID == id {
			return d, nil
		}
	}
	return runlog.Detail{}, runlog.ErrUnknown
}

// withRuns keeps runs beside the county.
func withRuns(c *page.Config) {
	at := func(minute, second int) time.Time { return time.Date(2026, 10, 1, 5, minute, second, 0, time.UTC) }
	warned := runlog.Line{At: at(0, 3), Level: "WARN", Says: "file taken in", Facts: []runlog.Fact{{Name: "source", Value: "complaints"}, {Name: "held", Value: "2"}}}
	long := runlog.Line{At: at(0, 4), Level: "WARN", Says: "the newest snapshot can't be read and will be replaced", Facts: []runlog.Fact{{Name: "error", Value: "snapshot /var/lib/bellwether/larkshire/snapshots/20261001T050021Z-7f3a9c21d0b4.duckdb has format 1"}}}
	c.Runs = keptRuns{
		{Run: runlog.Run{ID: "4d4e4f505152", Doing: "serve: complaints", Began: at(40, 0), UnderWay: true}, Steps: []runlog.Step{{Name: "Transform", Began: at(40, 1)}}},
		{Run: runlog.Run{ID: "3c3d3e3f4041", Doing: "bellwether run", Began: at(30, 0)}, Steps: []runlog.Step{{Name: "Analyse", Began: at(30, 1)}}},
		{Run: runlog.Run{ID: "2b2c2d2e2f30", Doing: "serve: turn of the day", Began: at(20, 0), Ended: at(20, 3), Outcome: runlog.Failed, Seconds: 3, Reason: "no_space",
			Says: "write the table core.concern: no space left on device", Next: "The disk is full. Make room.", Totals: runlog.Totals{Errors: 2}},
			Lines: []runlog.Line{{At: at(20, 3), Level: "ERROR", Says: "the run failed </script><script>alert(1)</script>", Facts: []runlog.Fact{{Name: "reason", Value: "no_space"}}}}},
		{Run: runlog.Run{ID: "0a1b2c3d4e5f", Doing: "bellwether run", Began: at(0, 0), Ended: at(2, 5), Outcome: runlog.Published, Seconds: 125, AsOf: "2026-10-01", Snapshot: "20261001T050021Z-7f3a9c21d0b4",
			Totals: runlog.Totals{Files: 2, Refused: 1, Rows: 1234, Held: 2, Warnings: 1}},
			Steps: []runlog.Step{{Name: "Ingest", Began: at(0, 1), Seconds: 20.5}, {Name: "Transform", Began: at(0, 21), Seconds: 104}}, Tables: []runlog.Made{{Table: "core.complaint", Rows: 1234, Seconds: 1.5}, {Table: "core.concern", Rows: 9, Seconds: 9.25}},
			Taken: []runlog.Taken{{Source: "complaints", Load: "aabbccddeeff", Status: "loaded", Read: 1236, Loaded: 1234, Held: 2}, {Source: "incidents", Load: "001122334455", Status: "rejected", Refused: true, Why: "no header was found"}},
			Lines: []runlog.Line{{At: at(0, 0), Level: "INFO", Says: "run began", Facts: []runlog.Fact{{Name: "doing", Value: "bellwether run"}}}, warned, long}},
	}
}

func TestRunsAreShownWithTheirLines(t *testing.T) {
	st := newSite(t, county(t), withRuns)
	const open = "bw-marked-open"
	st.play(t, []scenario{
		{"chair", "/data/runs", 200, []string{"Four runs kept; two failed or were broken off.", "published, with warnings", "the disk is full", "broken off", "under way", "the schedule, for Complaints", "2 minutes 5 seconds", "1 Oct 2026 at 05:00", open}, []string{"<no value>", "%!"}},
		{"chair", "/data/runs?show=trouble", 200, []string{"2b2c2d2e2f30", "3c3d3e3f4041", "0a1b2c3d4e5f"}, []string{"4d4e4f505152"}},
		{"chair", "/data/runs?show=published", 200, []string{"0a1b2c3d4e5f"}, []string{"2b2c2d2e2f30"}},
		{"chair", "/data/runs?show=%3Cb%3E&page=-1", 200, []string{"Left out:"}, []string{"<b>"}},
		{"chair", "/data/runs?page=9", 200, []string{"No run here"}, nil},
		{"admin", "/data/runs/0a1b2c3d4e5f", 200, []string{"Published what was known on 1 Oct 2026 after 2 minutes 5 seconds, with one warning.", "1,234 rows loaded", "2 held in quarantine", "no header was found", "Where the time went", "20.5", "core.concern", "run_id=0a1b2c3d4e5f", open}, []string{"<no value>"}},
		{"admin", "/data/runs/2b2c2d2e2f30", 200, []string{"Failed after 3 seconds: the disk is full.", "no space left on device", "Make room.", "&lt;/script&gt;"}, []string{"<script>alert"}},
		{"admin", "/data/runs/3c3d3e3f4041", 200, []string{"Broken off during “analyse”"}, nil},
		{"admin", "/data/runs/4d4e4f505152", 200, []string{"Under way since 1 Oct 2026 at 05:40 during “transform”."}, nil},
		{"admin", "/data/runs/0a1b2c3d4e5f/lines.txt", 200, []string{"# OFFICIAL\n", "# run 0a1b2c3d4e5f, begun 1 Oct 2026 05:00:00 UTC by bellwether run", `2026-10-01T05:00:03.000Z WARN  "file taken in" source=complaints held=2`}, []string{"<"}},
		// The run behind the snapshot shown has a page even where its lines aren't kept.
		{"chair", "/data/runs/run-0001", 200, []string{"what it said meanwhile is not kept on this machine", "in force", "7f3a9c21d0b4", "default@2b91c07d"}, []string{"Its lines"}},
		{"chair", "/data/runs/run-0001/lines.txt", 404, []string{"No lines of this run are kept"}, nil},
		{"chair", "/data/runs/ffffffffffff", 404, []string{"No such run is kept"}, nil},
		{"chair", "/data/runs/..%2f..%2fsecrets", 404, nil, nil},
		// Every page of the snapshot names the run, and leads to it those who may read it.
		{"chair", "/market", 200, []string{`run <a href="/data/runs/run-0001">run-0001</a>`}, nil},
		{"wren", "/market", 200, []string{"run run-0001"}, []string{`href="/data/runs`}},
		{"chair", "/data", 200, []string{"The latest runs", "4d4e4f505152", "All runs, with their logs"}, nil},
		{"wren", "/data/runs", 403, nil, []string{"0a1b2c3d4e5f"}},
		{"liaison", "/data/runs/0a1b2c3d4e5f", 403, nil, []string{"Published"}},
		{"nobody", "/data/runs/0a1b2c3d4e5f/lines.txt", 403, nil, []string{"run began"}},
		{"", "/data/runs/0a1b2c3d4e5f", 303, nil, []string{"Published"}},
	})
	st.audit.take()
	resp, _ := st.get("admin", "/data/runs/0a1b2c3d4e5f/lines.txt")
	if got := resp.Header.Get("Content-Disposition"); !strings.Contains(got, "bellwether_run_0a1b2c3d4e5f.txt") || resp.Header.Get("X-Protective-Marking") != "OFFICIAL" {
		t.Errorf("%q, %q", got, resp.Header.Get("X-Protective-Marking"))
	}
	if said := st.audit.take(); len(said) != 1 || said[0].UserID != "u-admin" || said[0].ID != "0a1b2c3d4e5f" || said[0].Reason != "run_lines" {
		t.Errorf("%+v", said)
	}
}

// Where several machines share the work nobody takes one machine's runs for all there are.
func TestRunsOfOneMachineOfSeveral(t *testing.T) {
	const says = "These are the runs of this machine."
	newSite(t, county(t), func(c *page.Config) { c.Several = true }).play(t, []scenario{{"chair", "/data/runs", 200, []string{says}, nil}})
	newSite(t, county(t)).play(t, []scenario{{"chair", "/data/runs", 200, nil, []string{says}}})
}

func TestNoRunKeptTeaches(t *testing.T) {
	newSite(t, county(t)).play(t, []scenario{{"chair", "/data/runs", 200, []string{"No run is kept on this machine yet.", "bellwether run"}, nil}})
	newSite(t, nil, withRuns).play(t, []scenario{
		// The log of a first run that failed is wanted before there is any snapshot.
		{"admin", "/data/runs/2b2c2d2e2f30", 200, []string{"Failed after 3 seconds: the disk is full."}, nil},
		{"admin", "/data/runs", 200, []string{"Four runs kept"}, nil},
		{"admin", "/data", 503, []string{"No snapshot yet", `href="/data/runs"`}, nil},
	})
}
