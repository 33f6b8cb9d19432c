package dashboard

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"bellwether/dashboard/words"
)

// doors are the ways to one role's numbers, with what each answers for it.
type doors struct {
	as string
	// exact says that the role sees counts of people as counted; the others' go through the disclosure rule.
	exact bool
	// levels is how many providers the role sees a level of, flags how many open flags; 0 for a role that sees none.
	levels, flags int
	// takes says that the role takes the market's figures away, levels that it takes levels too.
	takes, takesLevels, takesFlags bool
}

// TestNumbersAgreeForEveryRole asks one snapshot the same questions by every door as each kind of reader, and holds the answers against one
// another: what a page says in words, its table, the figure's rows as CSV and as a workbook, the API and the list's download. A role that
// sees less sees the chair's numbers under the rule that applies to it, or none. TestNumbersAgreeEverywhere does the same for the metrics
// and the command line.
func TestNumbersAgreeForEveryRole(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	truth := st.weekly(t, "chair")
	all := st.flagsOf(t, "chair")
	for _, d := range []doors{
		{as: "chair", exact: true, levels: 41, flags: 6, takes: true},
		{as: "member", exact: true, levels: 41, flags: 6, takes: true},
		{as: "everywhere", levels: 41, flags: 6, takes: true},
		{as: "north", levels: 18, flags: 3, takes: true},
		{as: "officer", levels: 1, flags: 1, takes: true, takesLevels: true, takesFlags: true},
		{as: "governance"},
		{as: "auditor"},
		{as: "wren"},
	} {
		t.Run(d.as, func(t *testing.T) {
			st := *st
			st.t = t
			st.marketAgrees(t, d, truth)
			st.levelsAgree(t, d)
			st.flagsAgree(t, d, all)
		})
	}
}

var markup = regexp.MustCompile(`<[^>]+>`)

// rowsOf reads a figure's table from its page, as cells of text; none where the page has no such figure.
func rowsOf(body, id string) (out [][]string) {
	at := strings.Index(body, `<figure class="bw-figure" id="`+id+`"`)
	if at < 0 {
		return nil
	}
	figure := body[at : at+strings.Index(body[at:], "</figure>")]
	from := strings.Index(figure, "<tbody>")
	if from < 0 {
		return nil
	}
	for _, tr := range regexp.MustCompile(`(?s)<tr>(.*?)</tr>`).FindAllStringSubmatch(figure[from:], -1) {
		var row []string
		for _, cell := range regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`).FindAllStringSubmatch(tr[1], -1) {
			row = append(row, bare(html.UnescapeString(markup.ReplaceAllString(cell[1], ""))))
		}
		out = append(out, row)
	}
	return out
}

// bare is a cell without the commas that only a page has.
func bare(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), ",", "") }

// csvOf reads a download, its commas between thousands taken out as on a page.
func csvOf(t *testing.T, body string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for i := range row {
			row[i] = bare(row[i])
		}
	}
	return rows
}

var counted = []string{"concerns", "enquiries", "complaints"}

// weekly is each stream's rows on the market page.
func (st *site) weekly(t *testing.T, as string) map[string][][]string {
	t.Helper()
	resp, body := st.get(as, "/market")
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s can't read the market: %d", as, resp.StatusCode)
	}
	out := map[string][][]string{}
	for _, id := range counted {
		if out[id] = rowsOf(body, id); len(out[id]) < 20 {
			t.Fatalf("the market page of %s has %d weeks of %s", as, len(out[id]), id)
		}
	}
	return out
}

// marketAgrees holds the weekly counts of one role against the truth under its rule, and against each way to take them away.
func (st *site) marketAgrees(t *testing.T, d doors, truth map[string][][]string) {
	t.Helper()
	shown := st.weekly(t, d.as)
	hidden := 0
	for _, id := range counted {
		for i, row := range shown[id] {
			want := truth[id][i][1]
			if !d.exact {
				want = bare(words.Disclosed(numberIn(t, want)))
			}
			if want == words.Hidden {
				hidden++
			}
			if row[0] != truth[id][i][0] || row[1] != want {
				t.Errorf("%s, %s: the page says %s, want %s", id, row[0], row[1], want)
			}
		}
		st.takenAway(t, d, "/market?figure="+id, shown[id])
	}
	if !d.exact && hidden == 0 {
		t.Error("no count is small enough to be hidden: the rule was not tried")
	}
	// The whole file is under the rule whoever takes it.
	resp, body := st.get(d.as, "/market/weeks.csv")
	if d.takes != (resp.StatusCode == http.StatusOK) {
		t.Errorf("the weeks as a file: %d", resp.StatusCode)
	}
	if !d.takes {
		return
	}
	file := csvOf(t, body)
	for c, id := range counted {
		for i, row := range shown[id] {
			line := file[weekIn(file, row[0])]
			if want := bare(words.Disclosed(numberIn(t, truth[id][i][1]))); line[4+c] != want {
				t.Errorf("%s, %s: the file says %s, want %s", id, row[0], line[4+c], want)
			}
		}
	}
}

// weekIn finds the line of a week that a page writes as a reader would.
func weekIn(file [][]string, week string) int {
	return slices.IndexFunc(file, func(line []string) bool { return day(line[0]) == week })
}

func numberIn(t *testing.T, s string) (n int64) {
	t.Helper()
	if err := json.Unmarshal([]byte(bare(s)), &n); err != nil {
		t.Fatalf("%q is no whole number", s)
	}
	return n
}

// takenAway holds a figure's rows on its page against the same as CSV and as a workbook.
func (st *site) takenAway(t *testing.T, d doors, address string, shown [][]string) {
	t.Helper()
	resp, body := st.get(d.as, address+"&format=csv")
	// Counts as counted stay on the page: they leave under the rule alone.
	if takes := d.takes && !d.exact; takes != (resp.StatusCode == http.StatusOK) {
		t.Errorf("%s as CSV: %d", address, resp.StatusCode)
		return
	} else if !takes {
		return
	}
	if rows := csvOf(t, body)[1:]; !slices.EqualFunc(rows, shown, slices.Equal) {
		t.Errorf("%s: the CSV differs from the page: %v, %v", address, rows[:1], shown[:1])
	}
	_, body = st.get(d.as, address+"&format=xlsx")
	book, err := excelize.OpenReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	rows = rows[max(0, len(rows)-len(shown)):]
	for i := range rows {
		for j := range rows[i] {
			rows[i][j] = bare(rows[i][j])
		}
	}
	if !slices.EqualFunc(rows, shown, slices.Equal) {
		t.Errorf("%s: the workbook differs from the page: %v", address, rows[:min(2, len(rows))])
	}
}

// levelsAgree holds the counts by level against one another: the market in the API, the lists behind it, the page and the file.
func (st *site) levelsAgree(t *testing.T, d doors) {
	t.Helper()
	var market struct {
		Data struct {
			Levels []struct{ Level, Providers int }
		}
	}
	st.apiOf(t, d.as, "/api/v1/market", &market)
	total := 0
	for _, l := range market.Data.Levels {
		total += l.Providers
		at := "/providers?level=" + fmt.Sprint(l.Level)
		var list struct {
			Total int
			Data  []struct {
				ID    string
				Level *int
			}
		}
		st.apiOf(t, d.as, "/api/v1"+at, &list)
		for _, p := range list.Data {
			if p.Level == nil || *p.Level != l.Level {
				t.Errorf("%s stands in the list of level %d with %v", p.ID, l.Level, p.Level)
			}
		}
		_, body := st.get(d.as, at)
		page := regexp.MustCompile(`class="bw-count">([0-9,]+) provider`).FindStringSubmatch(body)
		if list.Total != l.Providers || l.Providers > 0 && (page == nil || bare(page[1]) != fmt.Sprint(l.Providers)) {
			t.Errorf("level %d: the market says %d, the API's list %d, the page %v", l.Level, l.Providers, list.Total, page)
		}
		resp, body := st.get(d.as, strings.Replace(at, "?", ".csv?", 1))
		if d.takesLevels != (resp.StatusCode == http.StatusOK) {
			t.Errorf("level %d as a file: %d", l.Level, resp.StatusCode)
		} else if rows := resp.StatusCode; rows == http.StatusOK && len(csvOf(t, body))-1 != l.Providers {
			t.Errorf("level %d: the file has %d rows, the market says %d", l.Level, len(csvOf(t, body))-1, l.Providers)
		}
	}
	if total != d.levels {
		t.Errorf("%d providers have a level here, want %d", total, d.levels)
	}
}

// apiOf reads an answer of the API; a role to which it is closed gets nothing.
func (st *site) apiOf(t *testing.T, as, path string, into any) {
	t.Helper()
	resp, body := st.get(as, path)
	if resp.StatusCode == http.StatusForbidden || resp.StatusCode == http.StatusNotFound {
		return
	}
	if err := json.Unmarshal([]byte(body), into); resp.StatusCode != http.StatusOK || err != nil {
		t.Fatalf("%s: %d, %v", path, resp.StatusCode, err)
	}
}

// toldFlag is what a door says of one flag.
type toldFlag struct{ Provider, Sentence string }

// flagsOf are the open flags that the API gives.
func (st *site) flagsOf(t *testing.T, as string) map[string]toldFlag {
	t.Helper()
	var flags struct {
		Total int
		Data  []struct {
			ID, Sentence string
			Provider     string `json:"provider_id"`
		}
	}
	st.apiOf(t, as, "/api/v1/flags?state=open", &flags)
	out := map[string]toldFlag{}
	for _, f := range flags.Data {
		out[f.ID] = toldFlag{f.Provider, f.Sentence}
	}
	if len(out) != flags.Total {
		t.Errorf("the API counts %d flags and gives %d", flags.Total, len(out))
	}
	return out
}

// flagsAgree holds the open flags against one another: the API, the page's tab and its list, each flag's own page, and the file; and all
// of them against the chair's.
func (st *site) flagsAgree(t *testing.T, d doors, all map[string]toldFlag) {
	t.Helper()
	mine := st.flagsOf(t, d.as)
	if len(mine) != d.flags {
		t.Errorf("%d open flags, want %d", len(mine), d.flags)
	}
	resp, body := st.get(d.as, "/flags")
	if d.flags == 0 {
		if resp.StatusCode == http.StatusOK && strings.Contains(body, `href="/flags/F`) {
			t.Error("the page shows flags that the API hides")
		}
		return
	}
	tab := regexp.MustCompile(`>Open <span class="bw-tabs__n">([0-9,]+)<`).FindStringSubmatch(body)
	if tab == nil || tab[1] != fmt.Sprint(len(mine)) {
		t.Errorf("the tab says %v, the API %d", tab, len(mine))
	}
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile(`href="/flags/(F[0-9a-f]+)"`).FindAllStringSubmatch(body, -1) {
		listed[m[1]] = true
	}
	for id, f := range mine {
		if all[id] != f {
			t.Errorf("%s: the chair reads %q, %s reads %q", id, all[id].Sentence, d.as, f.Sentence)
		}
		if !listed[id] {
			t.Errorf("%s is in the API and not on the page", id)
		}
		if _, page := st.get(d.as, "/flags/"+id); !strings.Contains(html.UnescapeString(page), f.Sentence) {
			t.Errorf("the page of %s doesn't say %q", id, f.Sentence)
		}
	}
	for id := range listed {
		if _, ok := mine[id]; !ok {
			t.Errorf("%s is on the page and not in the API", id)
		}
	}
	resp, body = st.get(d.as, "/flags.csv")
	if d.takesFlags != (resp.StatusCode == http.StatusOK) {
		t.Errorf("the flags as a file: %d", resp.StatusCode)
		return
	}
	if !d.takesFlags {
		return
	}
	file := map[string]toldFlag{}
	head := csvOf(t, body)[0]
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		file[row[0]] = toldFlag{row[1], row[slices.Index(head, "sentence")]}
	}
	if !maps.Equal(file, mine) {
		t.Errorf("the file has %v, the API %v", file, mine)
	}
}

// TestPapersSayWhatThePagesSay makes the group's pack as a paper and holds it against the pages and the API of the same snapshot: every
// open flag of its providers with its sentence, and nothing of other providers.
func TestPapersSayWhatThePagesSay(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	mine := st.flagsOf(t, "member")
	at := "/review/pack?on=2026-10-08&p=1-9000001&p=1-9000003"
	_, page := st.get("member", at)
	_, sealed := st.send("member", http.MethodPost, at, url.Values{"recipients": {"Chief Nurse, ICB"}}, nil)
	password := regexp.MustCompile(`class="bw-secret">([a-z]+(?:-[a-z]+){5})<`).FindStringSubmatch(sealed)
	file := regexp.MustCompile(`href="(/papers/[0-9a-f]{36})"`).FindStringSubmatch(sealed)
	if password == nil || file == nil {
		t.Fatalf("no paper was made: %s", mainOf(sealed))
	}
	_, pdf := st.get("member", file[1])
	out := checkSealed(t, pdf, password[1], "OFFICIAL-SENSITIVE", "Saltmarsh Homes")
	flow := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	paper, screen := flow(out), flow(html.UnescapeString(markup.ReplaceAllString(page, " ")))
	said := 0
	for id, f := range mine {
		on := f.Provider == "1-9000001" || f.Provider == "1-9000003"
		if strings.Contains(paper, f.Sentence) != on || strings.Contains(screen, f.Sentence) != on {
			t.Errorf("%s of %s: on the agenda %v, in the paper %v, on its page %v: %q", id, f.Provider, on, strings.Contains(paper, f.Sentence), strings.Contains(screen, f.Sentence), f.Sentence)
		}
		if on {
			said++
		}
	}
	if said < 2 {
		t.Errorf("only %d flags were compared", said)
	}
}

// day writes a date of a file as pages do.
func day(iso string) string {
	at, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return words.Date(at)
}
