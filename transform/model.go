package transform

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// Model is one table and the query that makes it.
type Model struct {
	Table     string   // schema.table, such as core.concern
	Says      string   // the comment at the head of the file
	SQL       string   // the whole file
	DependsOn []string // schema.table of everything it reads, sorted

	// ByPlace names, for a model that is made some places at a time, the tables of which only the rows of those places are read, each with
	// the column that tells the place. Nil for one that is made whole.
	ByPlace map[string]string
}

var (
	tableRef    = regexp.MustCompile(`(?i)\b(?:from|join)\s+((?:raw|staging|core|mart|analytics|ops)\.[a-z_0-9]+)`)
	commaRef    = regexp.MustCompile(`(?i),\s*((?:raw|staging|core|mart|analytics|ops)\.[a-z_0-9]+)`)
	lineComment = regexp.MustCompile(`(?m)--.*$`)
	forbidden   = regexp.MustCompile(`(?i)(?:^|[^.\w])(begin|commit|rollback|attach|detach|copy|pragma|install|load|set)\s`)
)

// Given are the tables that exist before any model runs: the raw file's, and what a run says of itself.
var Given = []string{"staging.run", "staging.area", "staging.source", "staging.match_decision", "staging.note"}

// Models reads and orders the embedded models, so that each comes after everything it reads.
func Models() ([]Model, error) { return readModels(files, "models") }

func readModels(fsys fs.FS, root string) ([]Model, error) {
	var models []Model
	err := fs.WalkDir(fsys, root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".sql" {
			return err
		}
		m, err := readModel(fsys, p)
		if err != nil {
			return err
		}
		models = append(models, m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return order(models)
}

func readModel(fsys fs.FS, p string) (Model, error) {
	src, err := fs.ReadFile(fsys, p)
	if err != nil {
		return Model{}, err
	}
	text := string(src)
	m := Model{Table: path.Base(path.Dir(p)) + "." + strings.TrimSuffix(path.Base(p), ".sql"), SQL: text, Says: headComment(byPlaceLine.ReplaceAllString(text, ""))}
	code := lineComment.ReplaceAllString(text, "")
	if found := forbidden.FindString(code); found != "" {
		return Model{}, fmt.Errorf("%s: a model is one query; %q does not belong in it", p, strings.TrimSpace(found))
	}
	if m.Says == "" {
		return Model{}, fmt.Errorf("%s: say in a comment at its head what the table is for", p)
	}
	m.DependsOn = references(code)
	if m.ByPlace, err = byPlace(text); err != nil {
		return Model{}, fmt.Errorf("%s: %w", p, err)
	}
	for t := range m.ByPlace {
		if !slices.Contains(m.DependsOn, t) {
			return Model{}, fmt.Errorf("%s: it says to read the places of %s, which it does not read", p, t)
		}
	}
	return m, nil
}

func references(code string) []string {
	seen := map[string]bool{}
	for _, pattern := range []*regexp.Regexp{tableRef, commaRef} {
		for _, match := range pattern.FindAllStringSubmatch(code, -1) {
			seen[strings.ToLower(match[1])] = true
		}
	}
	out := make([]string, 0, len(seen))
	for t := range seen {
		out = append(out, t)
	}
	sort.Strings(out)
	return out
}

func headComment(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "--") {
			break
		}
		lines = append(lines, strings.TrimSpace(strings.TrimPrefix(line, "--")))
	}
	return strings.Join(lines, " ")
}

// order sorts models so that each follows what it reads; names break ties, so that the order is always the same.
func order(models []Model) ([]Model, error) {
	byTable := map[string]Model{}
	for _, m := range models {
		byTable[m.Table] = m
	}
	given := map[string]bool{}
	for _, g := range Given {
		given[g] = true
	}
	for _, m := range models {
		for _, d := range m.DependsOn {
			if _, ok := byTable[d]; !ok && !given[d] && !strings.HasPrefix(d, "raw.") {
				return nil, fmt.Errorf("model %s reads %s, which no model makes", m.Table, d)
			}
		}
	}
	names := make([]string, 0, len(byTable))
	for n := range byTable {
		names = append(names, n)
	}
	sort.Strings(names)
	var out []Model
	state := map[string]int{} // 1 being visited, 2 done
	var visit func(string, []string) error
	visit = func(name string, trail []string) error {
		m, ok := byTable[name]
		if !ok || state[name] == 2 {
			return nil
		}
		if state[name] == 1 {
			return fmt.Errorf("models read each other in a circle: %s", strings.Join(append(trail, name), " → "))
		}
		state[name] = 1
		for _, d := range m.DependsOn {
			if err := visit(d, append(trail, name)); err != nil {
				return err
			}
		}
		state[name] = 2
		out = append(out, m)
		return nil
	}
	for _, n := range names {
		if err := visit(n, nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}
