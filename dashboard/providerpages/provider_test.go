package providerpages

import (
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
	"bellwether/dashboard/read"
)

func TestSeriesChoosesItsChart(t *testing.T) {
	from, to := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 12, 30, 0, 0, 0, 0, time.UTC)
	var often []int
	for d := 3; d < 720; d += 9 {
		often = append(often, d)
	}
	for name, tc := range map[string]struct {
		days []int
		has  string
	}{
		"often":           {often, "Concerns in four weeks"},
		"rare":            {[]int{10, 90, 200, 330, 480, 600}, "Days since the concern before"},
		"too rare":        {[]int{10}, ""},
		"never":           {nil, ""},
		"outside as well": {[]int{-50, 9999, 10}, ""},
	} {
		f := seriesFigure(tc.days, from, to)
		if f.Summary == "" || tc.has == "" != (f.Option == "") || !strings.Contains(f.Subtitle, tc.has) {
			t.Errorf("%s: %q, %q, option of %d bytes", name, f.Subtitle, f.Summary, len(f.Option))
		}
	}
	if f := roomFigure([]read.RoomMonth{{Month: from, Beds: 0}, {Month: to, Beds: 10, Occupied: 9}}); len(f.Table.Rows) != 1 || f.Table.Rows[0][1].Text != "90.0%" && f.Table.Rows[0][1].Text != "90%" {
		t.Errorf("%+v", f.Table.Rows)
	}
}

func TestQuestionRowsKeepTheirOrder(t *testing.T) {
	day := time.Date(2026, 5, 12, 0, 0, 0, 0, time.UTC)
	rows := questionRows([]read.QuestionRating{{Location: "a", Name: "A", Domain: "Safe", RatedOn: day, Rating: "Inadequate"}, {Location: "a", Domain: "Overall", RatedOn: day, Rating: "Good"}, {Location: "b", Domain: "Overall", RatedOn: day, Rating: "Good"}})
	if len(rows) != 2 || strings.Join(rows[0].Rated(), ",") != "Good,Inadequate,–,–,–,–" || rows[0].Name != "A" {
		t.Errorf("%+v", rows)
	}
	lines := decisionsOf([]read.FlagRow{{ID: "F1", Sentence: "says"}, {ID: "F2"}}, map[string]queue.Standing{"F1": {Decision: "Visit", Reason: "why", Link: "/review/F1"}, "F2": {}})
	if len(lines) != 1 || lines[0].What != "Visit" || lines[0].Says != "says" {
		t.Errorf("%+v", lines)
	}
	if !(&sinceView{}).Nothing() || (&sinceView{Lines: []string{"x"}}).Nothing() {
		t.Error("nothing is nothing")
	}
}

func TestExportKeepsWhatMayNotLeave(t *testing.T) {
	q := &page.Request{Config: &page.Config{Words: page.DefaultVocabulary}}
	n, f := int64(7), 91.5
	row := read.ProviderRow{ID: "1-9", Name: "Saltmarsh", Level: 2, Concerns12w: 17, FlagsWaiting: 1, People: &n, Taken: &f}
	for _, id := range []string{"level", "concerns", "flags", "moved", "people", "taken"} {
		if got := columnText(q, id, row); got != "" {
			t.Errorf("%s leaves as %q for a provider outside the scope", id, got)
		}
	}
	row.Visible = true
	for id, want := range map[string]string{"level": "provider concern", "concerns": "17", "flags": "1", "people": "7", "taken": "91.5", "nonsense": ""} {
		if got := columnText(q, id, row); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}

func TestComparedFactsTellUnknownFromNought(t *testing.T) {
	zero, beds, exposure := int64(0), int64(10), 520.0
	rows := []read.Compared{{ID: "a", Visible: true, Concerns: &zero, Exposure: &exposure, Beds: &beds, People: &zero}, {ID: "b", Visible: true}, {ID: "c"}}
	want := map[string][3]string{
		"Concerns for 100 beds a year":  {"0", "not known", "outside your portfolio"},
		"People on the councils' lists": {"0", "not known", "outside your portfolio"},
		"Median weekly fee":             {"too few to show", "too few to show", "outside your portfolio"},
		"Beds taken, of those reported": {"not known", "not known", "outside your portfolio"},
		"Brand":                         {"none", "none", "none"},
	}
	for _, f := range comparedFacts(rows) {
		w, ok := want[f.Name]
		if !ok {
			continue
		}
		for i, c := range f.Cells {
			if got := strings.TrimSuffix(c.Text, ".0"); got != w[i] {
				t.Errorf("%s of %s is %q, want %q", f.Name, rows[i].ID, c.Text, w[i])
			}
		}
	}
	if kindsInWords("") != "not known" || orWord("", "none") != "none" {
		t.Error("what isn't known has its word")
	}
}

func TestNoErrorHasWords(t *testing.T) {
	if says, ok := viewWord(nil); ok || says != "" {
		t.Error("no error has words")
	}
}
