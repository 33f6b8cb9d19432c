package cli

import (
	"bytes"
	"database/sql"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"bellwether/internal/access"
	"bellwether/internal/audit"
	"bellwether/internal/config"
	"bellwether/internal/disclosure"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

//go:embed sql/release_concerns.sql
var releaseSQL string

// releaseRegister holds what was released, beside the decisions: with the counts as they are, it is as sensitive as they.
const releaseRegister = "releases.jsonl"

type releaseCmd struct {
	From     string `required:"" help:"The first day counted, as 2025-04-01."`
	To       string `required:"" help:"The first day no longer counted, as 2026-04-01."`
	By       string `help:"A column a month, quarter or year." enum:"month,quarter,year" default:"quarter"`
	Profile  string `help:"The disclosure rule: sac or nhs." enum:"sac,nhs" default:"sac"`
	Out      string `short:"o" required:"" help:"The file to write (CSV)." type:"path"`
	Approved string `required:"" help:"Who has signed it off: a second person, by name of their account."`
}

// Help gives an example and the exit codes.
func (releaseCmd) Help() string {
	return "Writes concerns by area and time for somebody outside: small counts hidden, others rounded, totals that would give a hidden count back hidden too. Each release is held against the earlier ones and refused (exit code 3) if both together would give a hidden count away.\n\nExample:\n  bellwether release --from 2025-04-01 --to 2026-04-01 --out concerns.csv --approved gil"
}

// Run writes one release and remembers it.
func (c releaseCmd) Run(s *session) error {
	from, err1 := time.Parse(time.DateOnly, c.From)
	to, err2 := time.Parse(time.DateOnly, c.To)
	if err := errors.Join(err1, err2); err != nil || !to.After(from) {
		return usage{errors.New("--from and --to are days, the second after the first: for example 2025-04-01 and 2026-04-01")}
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	profile, err := disclosure.Find(c.Profile)
	if err != nil {
		return usage{err}
	}
	info, err := pick(cfg.Path(instance.Snapshots), "")
	if err != nil {
		return err
	}
	snap, err := warehouse.OpenSnapshot(info.Path, instance.Limits(cfg), cfg.Path(instance.Temp))
	if err != nil {
		return err
	}
	defer snap.Close()
	areas, columns, table, fresh, err := c.table(s, snap.DB())
	if err != nil {
		return err
	}
	out, err := disclosure.Publish(profile, table)
	if err != nil {
		return err
	}
	fresh.ID, fresh.Subject, fresh.Profile, fresh.At, fresh.By = info.ID+"-"+c.By, "concerns", profile.Name, s.Now().UTC(), operator()
	if err := s.register(cfg, profile, fresh, c.Approved); err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err = w.Write(slices.Concat([]string{"area"}, columns, []string{"total"}))
	for i, area := range areas {
		err = errors.Join(err, w.Write(releaseLine(area, out.Cells[i], out.RowTotals[i])))
	}
	err = errors.Join(err, w.Write(releaseLine("total", out.ColTotals, out.Total)))
	w.Flush()
	if err := errors.Join(err, w.Error(), os.WriteFile(c.Out, b.Bytes(), 0o600)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout, "Wrote %s: %d areas, %d columns, %d cells and totals hidden besides those that the rule hides.\n%s\n", c.Out, len(areas), len(columns), out.Suppressed, profile.About)
	return err
}

func releaseLine(name string, cells []disclosure.Cell, total disclosure.Cell) []string {
	line := []string{name}
	for _, c := range append(slices.Clone(cells), total) {
		line = append(line, c.String())
	}
	return line
}

// table reads the counts and lays them out; a unit of the register is one area in one month.
func (c releaseCmd) table(s *session, db *sql.DB) (areas, columns []string, t disclosure.Table, r disclosure.Release, err error) {
	rows, err := db.QueryContext(s.ctx, releaseSQL, c.From, c.To)
	if err != nil {
		return nil, nil, nil, r, err
	}
	defer rows.Close()
	counts := map[[2]string]disclosure.Count{}
	inArea, inColumn := map[string]bool{}, map[string]bool{}
	for rows.Next() {
		var area, month string
		var n int64
		if err := rows.Scan(&area, &month, &n); err != nil {
			return nil, nil, nil, r, err
		}
		k := [2]string{area, c.column(month)}
		have := counts[k]
		counts[k] = disclosure.Count{Units: append(have.Units, area+"/"+month), N: have.N + n}
		inArea[area], inColumn[k[1]] = true, true
	}
	if err := rows.Err(); err != nil {
		return nil, nil, nil, r, err
	}
	if len(counts) == 0 {
		return nil, nil, nil, r, errors.New("no concern was raised in these days: there is nothing to release")
	}
	areas, columns = slices.Sorted(maps.Keys(inArea)), slices.Sorted(maps.Keys(inColumn))
	for _, area := range areas {
		line := make([]int64, len(columns))
		var whole disclosure.Count
		for i, column := range columns {
			n := counts[[2]string{area, column}]
			line[i] = n.N
			whole = disclosure.Count{Units: append(whole.Units, n.Units...), N: whole.N + n.N}
			if len(n.Units) > 0 {
				r.Counts = append(r.Counts, n)
			}
		}
		t, r.Counts = append(t, line), append(r.Counts, whole)
	}
	return areas, columns, t, r, nil
}

// column is the column in which a month is counted.
func (c releaseCmd) column(month string) string {
	switch day, err := time.Parse("2006-01", month); {
	case err != nil || c.By == "month":
		return month
	case c.By == "year":
		return day.Format("2006")
	default:
		return fmt.Sprintf("%d Q%d", day.Year(), (int(day.Month())+2)/3)
	}
}

// register holds a release against the earlier ones, records it in the audit and remembers it.
func (s *session) register(cfg config.Config, p disclosure.Profile, fresh disclosure.Release, approved string) error {
	if approved == "" || "operator:"+approved == operator() {
		return usage{errors.New("a release is signed off by a second person: name somebody else with --approved")}
	}
	path := cfg.Path(instance.Casework, releaseRegister)
	body, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	var earlier []disclosure.Release
	for line := range bytes.Lines(body) {
		var r disclosure.Release
		if err := json.Unmarshal(line, &r); err != nil {
			return fmt.Errorf("the register of releases %s can't be read: %w: restore it from a backup before anything else is released", path, err)
		}
		earlier = append(earlier, r)
	}
	clash := disclosure.Check(p, earlier, fresh)
	if err := s.audited(cfg, audit.Record{Actor: operator(), Action: string(access.Export), Class: string(access.ClassA), Kind: "release", ID: fresh.ID, Allow: clash == nil,
		Reason: map[bool]string{true: "checked", false: "differencing"}[clash == nil], Purpose: "approved_by:" + approved, PolicyHash: access.Hash()}); err != nil {
		return err
	}
	if clash != nil {
		return refusal{clash}
	}
	line, err := json.Marshal(fresh)
	if err != nil {
		return err
	}
	return instance.WriteFile(path, append(append(body, line...), '\n'), 0o600)
}
