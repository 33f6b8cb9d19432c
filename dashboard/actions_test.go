package dashboard

import (
	"bytes"
	"encoding/csv"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"bellwether/dashboard/page"
)

func TestActionTracker(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("chair", fill("provider_id", "1-9000001", "stage", "decision_to_initiate", "reason", "Concerns continue."))
	action := func(number, detail, due string, more ...string) {
		st.sends("chair", path+"/actions", entry(map[string]string{"meeting_date": today, "due_on": due}, append([]string{"number", number, "detail", detail, "owner", "Oz", "organisation", "Council", "duty", "commissioning"}, more...)...), "Recorded: action.")
	}
	action("1", "Visit on a weekend", "2026-10-20")
	action("2", `=HYPERLINK("http://x","y")`, "2026-10-05")
	_, body := st.get("chair", path+"/actions")
	needs(t, body, `value="3"`, "Visit on a weekend", "Download the tracker (CSV)")
	st.refuses("chair", path+"/actions", entry(map[string]string{"due_on": "2026-10-20"}, "number", "2", "detail", "Again", "owner", "Oz", "organisation", "Council", "duty", "safeguarding"), "this number is in use")
	st.refuses("chair", path+"/actions", entry(map[string]string{"due_on": "2026-09-01"}, "number", "9", "detail", "Again", "owner", "Oz", "organisation", "Council", "duty", "safeguarding"), "this lies before the case was opened")
	st.refuses("chair", path+"/actions/1", entry(map[string]string{"due_on": "2026-10-20", "completed_on": today}, "number", "1", "detail", "Visit", "owner", "Oz", "organisation", "Council", "duty", "safeguarding"), "say whether the document is filed")

	st.now = st.now.AddDate(0, 0, 8)
	st.browsers = map[string]*http.Client{}
	_, body = st.get("member", "/actions")
	needs(t, body, "Two actions open, one overdue.", "overdue")
	if strings.Index(body, "HYPERLINK") > strings.Index(body, "Visit on a weekend") {
		t.Error("what is overdue does not come first")
	}
	_, body = st.get("member", "/actions?state=done")
	needs(t, body, "No action here.")

	resp, text := st.get("chair", path+"/actions.csv")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 3 || strings.Join(rows[0], ",") != "Meeting date,Action number,Action detail,Action owner,Organisation,Action update,Action completed/date completed,Document filed?,Due,Evidence,Responsibility,Deputy" {
		t.Fatalf("%d rows, %v: %s", len(rows), err, text)
	}
	if !strings.HasPrefix(rows[2][2], "'=") || resp.Header.Get("X-Protective-Marking") != "OFFICIAL-SENSITIVE" {
		t.Errorf("a cell that a spreadsheet would run: %q, marked %q", rows[2][2], resp.Header.Get("X-Protective-Marking"))
	}
	_, book := st.get("chair", path+"/actions.xlsx")
	x, err := excelize.OpenReader(bytes.NewReader([]byte(book)))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	sheet := x.GetSheetName(0)
	mark, _ := x.GetCellValue(sheet, "A1")
	cell, _ := x.GetCellValue(sheet, "C4")
	formula, _ := x.GetCellFormula(sheet, "C4")
	if mark != "OFFICIAL-SENSITIVE" || !strings.HasPrefix(cell, "=HYPERLINK") || formula != "" {
		t.Errorf("A1 %q, C4 %q with the formula %q", mark, cell, formula)
	}

	// What was taken out goes into another case whole, after a look at it.
	other := st.opens("chair", fill("provider_name", "Marsh Day Centre", "stage", "pre_provider_concern", "reason", "It moves in."))
	at := other + "/actions/import"
	st.refusesAt("chair", other+"/actions", at, fill("csv", text, "confirm", "yes"), "<strong>Line 3:</strong> this lies before the case was opened")
	later := strings.NewReplacer("2026-10-20", "20/11/2026", "2026-10-05", "5 Nov 2026").Replace(text)
	form := fill("csv", later, "version", st.version("chair", other+"/actions"))
	resp, body = st.send("chair", http.MethodPost, at, form, nil)
	needs(t, body, "What the file holds: 2 good, 0 with a mistake", "Bring in 2 rows", "Visit on a weekend")
	if _, list := st.get("chair", other+"/actions"); resp.StatusCode != http.StatusOK || strings.Contains(list, "Visit on a weekend") {
		t.Errorf("looking at a file records it: %d", resp.StatusCode)
	}
	form.Set("confirm", "yes")
	if status, body := st.act("chair", at, form); status != http.StatusSeeOther || !strings.Contains(body, "Two actions brought in.") || !strings.Contains(body, "=HYPERLINK") {
		t.Errorf("import: %d\n%s", status, mainOf(body))
	}
	for bad, want := range map[string]string{
		"":                                       "there is no row under a line of headings",
		"Nonsense\n1":                            "there is no row under a line of headings",
		"Action number":                          "there is no row under a line of headings",
		"Action number,Nonsense\n7,1":            "the heading &#34;Nonsense&#34; is none of the tracker",
		"Action number\n7,8":                     "the row has more cells than there are headings",
		"Action number,Due\n7,x":                 "there is no date such as 14/03/2026",
		"Action number,Responsibility\n7,nobody": "there is none of its answers",
		"Action number,Due\n7,2026-11-20":        "<strong>Line 2:</strong> fill in",
		strings.ReplaceAll(later, "Council", ""): "fill in organisation",
		later:                                    "<strong>Line 2:</strong> this number is in use",
	} {
		st.refusesAt("chair", other+"/actions", at, fill("csv", bad, "confirm", "yes"), want)
	}

	// The same as a file, as a spreadsheet program saves it: with the marking above the headings.
	third := st.opens("chair", fill("provider_name", "Fen Day Centre", "stage", "pre_provider_concern", "reason", "It moves in."))
	for name, file := range map[string][]byte{"CSV": []byte("\ufeff" + later), "XLSX": []byte(strings.NewReplacer("2026", "2026").Replace(book))} {
		resp, body := st.upload("chair", third+"/actions/import", st.version("chair", third+"/actions"), file)
		if name == "XLSX" {
			// The dates of the download lie before this case: each line says so.
			if resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "What the file holds: 1 good, 1 with a mistake") {
				t.Errorf("%s: %d\n%s", name, resp.StatusCode, mainOf(body))
			}
			continue
		}
		if resp.StatusCode != http.StatusOK || !strings.Contains(body, "What the file holds: 2 good") {
			t.Errorf("%s: %d\n%s", name, resp.StatusCode, mainOf(body))
		}
	}
	for _, file := range []string{"PK\x03\x04 no workbook", strings.Repeat("x", 3*page.MaxFile)} {
		if resp, _ := st.upload("chair", third+"/actions/import", "1", []byte(file)); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("a file that can't be read: %d", resp.StatusCode)
		}
	}
}

// upload sends a file as a browser does.
func (st *site) upload(as, path, version string, file []byte) (*http.Response, string) {
	st.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if err := w.WriteField("version", version); err != nil {
		st.t.Fatal(err)
	}
	part, err := w.CreateFormFile("file", "tracker")
	if err != nil {
		st.t.Fatal(err)
	}
	if _, err := part.Write(file); err != nil {
		st.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		st.t.Fatal(err)
	}
	resp, err := st.as(as).Post(st.web.URL+path, w.FormDataContentType(), &body)
	if err != nil {
		st.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		st.t.Fatal(err)
	}
	return resp, string(text)
}

// refusesAt posts to an address beside the page that holds the form.
func (st *site) refusesAt(as, page, to string, form map[string][]string, want string) {
	st.t.Helper()
	form["version"] = []string{st.version(as, page)}
	status, body := st.act(as, to, form)
	if status != http.StatusUnprocessableEntity || !strings.Contains(strings.ToLower(body), strings.ToLower(want)) {
		st.t.Errorf("%d, want it refused with %q\n%s", status, want, mainOf(body))
	}
}
