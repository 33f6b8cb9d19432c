package dashboard

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/dashboard/casepages"
	"bellwether/dashboard/page"
)

// seedClauses are the clauses of the three documents.
func seedClauses() []string {
	var all []string
	for section, n := range map[int]int{1: 3, 2: 5, 3: 1, 4: 4, 5: 1, 6: 1, 7: 5, 8: 4, 9: 1, 10: 4, 11: 2, 12: 1} {
		for i := range n {
			all = append(all, fmt.Sprintf("WS %d.%d", section, i+1))
		}
	}
	for _, s := range []string{"role", "responsibilities", "membership", "quoracy", "frequency", "governance", "confidentiality", "freedom of information", "appendix i", "appendix ii"} {
		all = append(all, "SG "+s)
	}
	for n := range 7 {
		all = append(all, fmt.Sprintf("TH %d", n+1))
	}
	for _, s := range []string{"market management", "pre provider concerns", "provider concerns", "provider failure", "sequence"} {
		all = append(all, "TH process, "+s)
	}
	return all
}

// TestEveryClauseIsCarried: each clause stands in the table once, and everything that is named there exists.
func TestEveryClauseIsCarried(t *testing.T) {
	body, err := os.ReadFile(filepath.Join("..", "docs", "seed-traceability.md"))
	if err != nil {
		t.Fatal(err)
	}
	way, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]string{}
	for line := range strings.Lines(string(body)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || !regexp.MustCompile(`^ (WS|SG|TH) `).MatchString(cells[1]) {
			continue
		}
		clause := strings.TrimSpace(cells[1])
		if lines[clause] != "" {
			t.Errorf("%s stands twice", clause)
		}
		lines[clause] = cells[3]
	}
	for _, clause := range seedClauses() {
		if lines[clause] == "" {
			t.Errorf("%s is carried by nothing", clause)
		}
	}
	if len(lines) != len(seedClauses()) {
		t.Errorf("%d clauses in the table, %d in the documents", len(lines), len(seedClauses()))
	}
	checked := 0
	for clause, carried := range lines {
		refs := regexp.MustCompile("`([a-z]+) ([^`]+)`").FindAllStringSubmatch(carried, -1)
		if len(refs) == 0 && !strings.Contains(carried, "not yet") {
			t.Errorf("%s names nothing", clause)
		}
		for _, r := range refs {
			checked++
			if !carriedBy(t, way, r[1], r[2]) {
				t.Errorf("%s is carried by %s %s, which does not exist", clause, r[1], r[2])
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d references were checked", checked)
	}
}

// carriedBy says whether what a reference names exists.
func carriedBy(t *testing.T, way *pathway.Pathway, kind, name string) bool {
	t.Helper()
	switch kind {
	case "page":
		return slices.ContainsFunc(routes(), func(r page.Route) bool { return r.Pattern == name })
	case "register":
		_, ok := cases.Find(name)
		return ok
	case "field":
		register, field, _ := strings.Cut(name, ".")
		r, ok := cases.Find(register)
		if !ok {
			return false
		}
		_, ok = r.Field(field)
		return ok
	case "point":
		return casepages.PointText(way, name) != name
	case "move":
		return slices.ContainsFunc(way.Moves, func(m pathway.Move) bool { return m.ID == name })
	case "code":
		file, symbol, _ := strings.Cut(name, " ")
		src, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(file)))
		return err == nil && regexp.MustCompile(`(?m)^(func (\([^)]*\) )?|const |var )`+regexp.QuoteMeta(symbol)+`\b`).Match(src)
	}
	return false
}

// TestReferencesThatDoNotExist: the check above can fail.
func TestReferencesThatDoNotExist(t *testing.T) {
	way, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range [][2]string{{"page", "GET /nowhere"}, {"register", "nothing"}, {"field", "roles.nothing"}, {"field", "nothing.role"}, {"point", "closure/nothing"}, {"move", "nothing"},
		{"code", "casework/cases/facts.go Nothing"}, {"code", "nowhere.go Duty"}, {"story", "x"}} {
		if carriedBy(t, way, r[0], r[1]) {
			t.Errorf("%v is said to exist", r)
		}
	}
}

// TestEveryRegisterNamesAClauseOfTheDocuments, so that nothing is asked of people that no text asks.
func TestEveryRegisterNamesAClauseOfTheDocuments(t *testing.T) {
	for _, r := range cases.Registers() {
		if !regexp.MustCompile(`^(WS|SG|TH) `).MatchString(r.From) {
			t.Errorf("%s is asked for by %q", r.ID, r.From)
		}
	}
}
