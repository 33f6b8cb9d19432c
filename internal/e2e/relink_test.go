package e2e

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/casework/accounts"
	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/cli"
	"bellwether/internal/instance"
	sampledata "bellwether/sample-data"
)

// asked runs one command line with lines of standard input, at a time of its own.
func asked(at time.Time, input []string, args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	code = cli.Run(context.Background(), args, cli.Env{Stdin: strings.NewReader(strings.Join(input, "\n") + "\n"), Stdout: &out, Stderr: &errs,
		Now: func() time.Time { return at }, Getenv: func(string) string { return "" }})
	return out.String(), errs.String(), code
}

// office gives the demonstration two officers with a part in one case, and a third person without.
func office(t *testing.T, provider string) (caseID string, passwords map[string]string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(demo.dir, instance.Casework, instance.CaseworkStore), sqlite.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	people, err := accounts.New(db, accounts.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	passwords = map[string]string{"sal": "correct horse battery one", "sandy": "correct horse battery two", "mo-member": "correct horse battery three"}
	for name, role := range map[string]string{"sal": "safeguarding_officer", "sandy": "safeguarding_officer", "mo-member": "qsig_member"} {
		a, err := people.Create(t.Context(), "test", accounts.NewAccount{Username: name, Name: name, Roles: []string{role}, LocalAuthorities: []string{"*"}, Password: passwords[name]})
		if err != nil {
			t.Fatal(err)
		}
		ids[name] = a.ID
	}
	path, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	desk, err := cases.NewDesk(db, func() time.Time { return noon }, path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := desk.Open(t.Context(), cases.Act{By: ids["sal"]}, cases.Opening{ProviderID: provider, ProviderName: "A provider", Stage: path.Stages[1].ID, Reason: "several concerns at once"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = desk.Record(t.Context(), cases.Act{By: ids["sal"], Case: c}, "roles", map[string]string{"role": "lead_enquiry_officer", "organisation": "Larkshire", "person": ids["sandy"], "since": "2026-09-01"})
	if err != nil {
		t.Fatal(err)
	}
	return c.ID, passwords
}

// placedWith reads the delivered file itself: the references of the people whom a home supports.
func placedWith(t *testing.T, location string) (refs []string) {
	t.Helper()
	raw, err := sampledata.Larkshire.ReadFile("larkshire/inbox/placements/received=2026-10-01/placements_2026_09.zip")
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines := csv.NewReader(f)
	for {
		row, err := lines.Read()
		if err == io.EOF {
			return refs
		}
		if err != nil {
			t.Fatal(err)
		}
		ends, err := time.Parse("02/01/2006", row[14])
		if row[5] == location && (err != nil || ends.After(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))) {
			refs = append(refs, row[1])
		}
	}
}

func TestRelinkTakesTwoPeopleAndKeepsNothing(t *testing.T) {
	const provider = "9-110486343"
	out, _, code := asked(noon, nil, "query", "--dir", demo.dir, "--json", "SELECT location_id, count(DISTINCT person_ref) AS people FROM core.placement WHERE is_current AND provider_id = '"+provider+"' GROUP BY 1 ORDER BY 2 DESC")
	var homes []struct {
		Location string `json:"location_id"`
		People   int    `json:"people"`
	}
	if err := json.Unmarshal([]byte(out), &homes); code != 0 || err != nil || len(homes) == 0 {
		t.Fatalf("%d %v %s", code, err, out)
	}
	caseID, pass := office(t, provider)
	verb := func(at time.Time, who string, args ...string) (string, string, int) {
		return asked(at, []string{pass[who]}, append(append([]string{"relink"}, args...), "--dir", demo.dir, "--as", who)...)
	}
	ask := func(who string) (string, string, int) {
		return verb(noon, who, "ask", "--case", caseID, "--reason", "provider_stops", "--words", "the home closes on Friday")
	}
	if _, errs, code := ask("mo-member"); code != 3 || !strings.Contains(errs, "no case under this reference") {
		t.Errorf("a member of the group asks: %d %s", code, errs)
	}
	if _, errs, code := asked(noon, []string{"wrong"}, "relink", "ask", "--dir", demo.dir, "--as", "sal", "--case", caseID, "--reason", "provider_stops", "--words", "the home closes"); code != 3 || strings.Contains(errs, "wrong") {
		t.Errorf("a wrong password: %d %s", code, errs)
	}
	out, errs, code := ask("sal")
	if code != 0 {
		t.Fatalf("%d %s", code, errs)
	}
	id := strings.Fields(out)[1]
	if _, errs, code := verb(noon, "sal", "confirm", id); code != 3 || !strings.Contains(errs, "takes two people") {
		t.Errorf("confirmed by the one who asked: %d %s", code, errs)
	}
	if _, _, code := verb(noon, "sal", "show", id); code != 3 {
		t.Errorf("shown before a second person: %d", code)
	}
	if out, errs, code := verb(noon, "sandy", "confirm", id); code != 0 || !strings.Contains(out, "print the list once") {
		t.Fatalf("%d %s", code, errs)
	}
	if _, _, code := verb(noon.Add(61*time.Minute), "sal", "show", id); code != 3 {
		t.Errorf("shown after the hour: %d", code)
	}
	list, errs, code := verb(noon.Add(50*time.Minute), "sal", "show", id)
	if code != 0 {
		t.Fatalf("%d %s", code, errs)
	}
	rows, err := csv.NewReader(strings.NewReader(list)).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%v %s", err, list)
	}
	given := map[string][]string{}
	for _, r := range rows[1:] {
		if r[1] == "placement" {
			given[r[2]] = append(given[r[2]], r[0])
		}
	}
	for _, h := range homes {
		if len(given[h.Location]) != h.People {
			t.Errorf("%s: %d references of %d people", h.Location, len(given[h.Location]), h.People)
		}
		here, anywhere := placedWith(t, h.Location), placedWith(t, "") // some lines name the home, and not by its id
		for _, ref := range here {
			if !slices.Contains(given[h.Location], ref) {
				t.Errorf("%s: somebody whom the delivered file names is not on the list", h.Location)
			}
		}
		for _, ref := range given[h.Location] {
			if !slices.Contains(here, ref) && !slices.Contains(anywhere, ref) {
				t.Errorf("%s: a reference that the delivered file does not have", h.Location)
			}
		}
	}
	if _, errs, code := verb(noon.Add(51*time.Minute), "sandy", "show", id); code != 3 || !strings.Contains(errs, "made once") {
		t.Errorf("shown twice: %d %s", code, errs)
	}
	if out, _, code := asked(noon, nil, "relink", "list", "--dir", demo.dir); code != 0 || !strings.Contains(out, "sandy") || !strings.Contains(out, caseID) {
		t.Errorf("list: %d %s", code, out)
	}
	if len(given) == 0 {
		t.Fatal("nobody was found: the search below would prove nothing")
	}
	leftBehind(t, given[homes[0].Location][0], "landing")
}

// leftBehind searches every file of the instance but the encrypted landing zone for a reference.
func leftBehind(t *testing.T, ref, but string) {
	t.Helper()
	err := filepath.WalkDir(demo.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(path, string(filepath.Separator)+instance.Inbox+string(filepath.Separator)) || strings.Contains(path, string(filepath.Separator)+but+string(filepath.Separator)) {
			return err
		}
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte(ref)) {
			t.Errorf("%s keeps what was shown", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCheckPersonNeverTakesTheNameAsAnArgument(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(demo.dir, instance.Casework, instance.CaseworkStore), sqlite.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	people, err := accounts.New(db, accounts.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	a, err := people.Create(t.Context(), "test", accounts.NewAccount{Username: "una", Name: "Una", Roles: []string{"safeguarding_officer"}, Password: "correct horse battery four"})
	if err != nil {
		t.Fatal(err)
	}
	path, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	desk, err := cases.NewDesk(db, func() time.Time { return noon }, path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := desk.Open(t.Context(), cases.Act{By: a.ID}, cases.Opening{ProviderID: "9-114227443", ProviderName: "A provider", Stage: path.Stages[1].ID, Reason: "several concerns at once"})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	check := func(input ...string) (string, string, int) {
		return asked(noon, append([]string{"correct horse battery four"}, input...), "check-person", "--dir", demo.dir, "--as", "una", "--case", c.ID, "--json")
	}
	var found struct {
		Exact, Possible int
		Allegations     []struct{ Match, Kind, ID string }
	}
	out, errs, code := check("s855476")
	if err := json.Unmarshal([]byte(out), &found); code != 0 || err != nil || found.Exact < 4 || found.Possible != 0 || strings.Contains(out+errs, "855476") {
		t.Errorf("%d %v %s %s", code, err, out, errs)
	}
	out, _, code = check("Nobody Whoisthere")
	if err := json.Unmarshal([]byte(out), &found); code != 0 || err != nil || found.Exact+found.Possible != 0 {
		t.Errorf("nobody: %d %s", code, out)
	}
	file := filepath.Join(t.TempDir(), "name.txt")
	if err := os.WriteFile(file, []byte("S855476\nsecond line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, code = asked(noon, []string{"correct horse battery four"}, "check-person", "--dir", demo.dir, "--as", "una", "--case", c.ID, "--from", file)
	if code != 0 || !strings.Contains(out, "exact at 1 providers") {
		t.Errorf("from a file: %d %s", code, out)
	}
	if _, _, code := asked(noon, []string{"correct horse battery four"}, "check-person", "S855476", "--dir", demo.dir, "--as", "una", "--case", c.ID); code != 2 {
		t.Errorf("a name among the arguments is taken: %d", code)
	}
	if _, errs, code := asked(noon, []string{"correct horse battery four", "S855476"}, "check-person", "--dir", demo.dir, "--as", "una", "--case", "0123456789abcdef"); code != 3 || !strings.Contains(errs, "no case") {
		t.Errorf("a case that is not there: %d %s", code, errs)
	}
	audit, err := os.ReadFile(filepath.Join(demo.dir, instance.Audit, instance.AuditLog))
	if err != nil || strings.Contains(strings.ToLower(string(audit)), "855476") || strings.Count(string(audit), `"kind":"alleged_source"`) < 4 {
		t.Errorf("the audit: %v, %d entries", err, strings.Count(string(audit), `"kind":"alleged_source"`))
	}
	leftBehind(t, "S855476", "landing")
	leftBehind(t, "s855476", "landing")
}
