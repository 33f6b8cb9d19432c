package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"

	"bellwether/internal/disclosure"
	"bellwether/internal/instance"
)

// termsSuffix makes the name of the file that says on which terms a table was released, beside the table's own.
const termsSuffix = ".json"

type rollupCmd struct {
	Files []string `arg:"" help:"The tables that the councils released, one file a council, each with its .json beside it." type:"existingfile"`
	Out   string   `short:"o" required:"" help:"The file to write (CSV)." type:"path"`
}

// Help gives an example and the exit codes.
func (rollupCmd) Help() string {
	return "Adds up what several councils released with `bellwether release`: a line for each with the totals that it released, and for the region the least and the most that each total can be. " +
		"It needs no instance and reads nothing else, so it gives nothing away that was not released. Since counts were rounded and small ones hidden, a regional figure is known between two bounds, never exactly.\n\n" +
		"Exit codes: 0 done; 3 the releases can't be added up: other days, another rule of disclosure, or a table changed since it was released.\n\n" +
		"Example:\n  bellwether rollup larkshire.csv wrenshire.csv --out region.csv"
}

// Run reads the releases and writes the regional table.
func (c rollupCmd) Run(s *session) error {
	var all []disclosure.Council
	for _, file := range c.Files {
		one, err := readRelease(file)
		if err != nil {
			return err
		}
		all = append(all, one)
	}
	region, err := disclosure.RollUp(all)
	if err != nil {
		return refusal{err}
	}
	if err := instance.WriteFile(c.Out, regionCSV(region), 0o600); err != nil {
		return fmt.Errorf("write the regional table: %w", err)
	}
	if s.JSON {
		return printJSON(s.Stdout, region)
	}
	profile, err := disclosure.Find(region.Profile)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout, "Wrote %s: %d councils, %s from %s to %s by %s.\n%s Regional figures lie between the two bounds.\n", c.Out, len(region.Councils), region.Subject, region.From, region.To, region.By, profile.About)
	return err
}

// regionCSV lays a regional table out: the councils' own lines, then the region's two bounds.
func regionCSV(r disclosure.Region) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(slices.Concat([]string{"council"}, r.Columns, []string{"total"})) // a buffer takes everything
	for _, line := range r.Councils {
		row := []string{line.Name}
		for _, cell := range line.Shown {
			row = append(row, cell.String())
		}
		_ = w.Write(row)
	}
	least, most := []string{"region, at least"}, []string{"region, at most"}
	for _, can := range r.Whole.Can {
		least = append(least, strconv.FormatInt(can.Least, 10))
		if can.Open {
			most = append(most, "not known")
			continue
		}
		most = append(most, strconv.FormatInt(can.Most, 10))
	}
	_ = w.WriteAll([][]string{least, most})
	return b.Bytes()
}

// readRelease reads a released table and its terms, and holds the one against the other.
func readRelease(file string) (c disclosure.Council, err error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return c, err
	}
	src, err := os.ReadFile(file + termsSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("%s has no %s beside it, which says by which rule it was released: ask the council for both files that `bellwether release` wrote", file, file+termsSuffix)
	}
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(src, &c.Terms); err != nil {
		return c, fmt.Errorf("%s can't be read: %w: ask the council for it again", file+termsSuffix, err)
	}
	if c.Format != disclosure.TermsFormat {
		return c, fmt.Errorf("%s has format %d and this version reads format %d: use the version that the council uses", file+termsSuffix, c.Format, disclosure.TermsFormat)
	}
	sum := sha256.Sum256(body)
	if got := hex.EncodeToString(sum[:]); got != c.SHA256 {
		return c, refusal{fmt.Errorf("%s was changed since it was released: its hash is %.12s and %.12s was released; ask the council for it again", file, got, c.SHA256)}
	}
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil {
		return c, fmt.Errorf("%s: %w", file, err)
	}
	if len(rows) < 3 || len(rows[0]) < 3 {
		return c, fmt.Errorf("%s is no table that `bellwether release` writes: it needs a heading, an area and a total", file)
	}
	c.Columns = rows[0][1 : len(rows[0])-1]
	for i, row := range rows[1:] {
		line := make([]disclosure.Cell, 0, len(row)-1)
		for k, text := range row[1:] {
			cell, err := disclosure.ParseCell(text)
			if err != nil {
				return c, fmt.Errorf("%s, line %d, column %s: %w", file, i+2, rows[0][k+1], err)
			}
			line = append(line, cell)
		}
		c.Shown = append(c.Shown, line)
		if i < len(rows)-2 {
			c.Areas = append(c.Areas, row[0])
		}
	}
	return c, nil
}

// writeTerms puts the terms of a release beside its table.
func writeTerms(file string, body []byte, t disclosure.Terms) error {
	sum := sha256.Sum256(body)
	t.Format, t.SHA256 = disclosure.TermsFormat, hex.EncodeToString(sum[:])
	src, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	return instance.WriteFile(file+termsSuffix, append(src, '\n'), 0o600)
}
