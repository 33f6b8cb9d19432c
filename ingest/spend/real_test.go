package spend_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"math/big"
	"path"
	"sort"
	"strings"
	"testing"
	"time"

	"bellwether/ingest"
	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/spend"
)

// tally is an Output that counts rows and adds their amounts up in pence.
type tally struct {
	rows, undated, negative int64
	pence                   *big.Int
	amount, paid            int
	problems, notes         []string
}

func (a *tally) Row(r ingest.Row) error {
	a.rows++
	n, err := pence(r.Cells[a.amount])
	if err != nil {
		return err
	}
	if n.Sign() < 0 {
		a.negative++
	}
	if r.Cells[a.paid] == "" {
		a.undated++
	}
	a.pence.Add(a.pence, n)
	return nil
}

func (a *tally) Quarantine(p ingest.Problem) error {
	a.problems = append(a.problems, p.Column+": "+p.Reason)
	return nil
}
func (a *tally) Note(text string) { a.notes = append(a.notes, text) }
func (a *tally) AsAt(time.Time)   {}

// pence reads a plain amount exactly, rounding what a few lines give to more than two places.
func pence(s string) (*big.Int, error) {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, errors.New("not an amount: " + s)
	}
	r.Mul(r, big.NewRat(100, 1))
	n, _ := new(big.Int).SetString(r.FloatString(0), 10)
	return n, nil
}

// byHand adds a file up with nothing but the standard CSV reader: the sum that every other reader must agree with. A last line that
// holds the sum of all the others and nothing else is a total.
func byHand(t *testing.T, content []byte) (rows, totals int64, sum *big.Int) {
	t.Helper()
	c := csv.NewReader(bytes.NewReader(content))
	c.FieldsPerRecord, c.LazyQuotes = -1, true
	head, err := c.Read()
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	for i, h := range head {
		if strings.TrimSpace(h) == "Amount" {
			at = i
		}
	}
	sum = new(big.Int)
	for {
		rec, err := c.Read()
		if err == io.EOF {
			return rows, totals, sum
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(rec, "") == "" {
			continue
		}
		rows++
		n, err := pence(strings.NewReplacer(",", "", " ", "", "£", "").Replace(rec[at]))
		if err != nil {
			t.Fatal(err)
		}
		if sum.Cmp(n) == 0 && strings.TrimSpace(strings.Join(rec, "")) == strings.TrimSpace(rec[at]) {
			rows, totals = rows-1, totals+1
			continue
		}
		sum.Add(sum, n)
	}
}

// TestDevon reads seven years of one county's payments, 87 files with the six headings it has used, and agrees with an independent
// reading on the rows and the sum of every file.
func TestDevon(t *testing.T) {
	if testing.Short() {
		t.Skip("the real files take half a minute")
	}
	d := rowtest.Source(t, spend.Sources(), "spend").Decoder
	table := rowtest.Tables(t)["spend_line"]
	files := untar(t, rowtest.Real(t, "spend/devon_spending_over_500_2019-01_2026-03.tar.xz"))
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	sort.Strings(names)
	headings := map[string]int{}
	rowsOf := map[string]int64{}
	var all, totals, negative int64
	for _, n := range names {
		content := files[n]
		out := &tally{pence: new(big.Int), amount: table.Index("amount"), paid: table.Index("paid_on")}
		f := ingest.File{Name: n, Size: int64(len(content)), Body: bytes.NewReader(content)}
		if err := d.Decode(context.Background(), f, ingest.Env{Tables: rowtest.Tables(t)}, out); err != nil {
			t.Errorf("%v", err)
			continue
		}
		rows, sums, sum := byHand(t, content)
		if totals += sums; out.rows != rows || sums != int64(len(out.notes)) || out.pence.Cmp(sum) != 0 || len(out.problems) > 0 {
			t.Errorf("%s: %d rows and %s pence, by hand %d and %s; held %v; notes %v", n, out.rows, out.pence, rows, sum, out.problems, out.notes)
		}
		first, _, _ := bytes.Cut(content, []byte("\n"))
		headings[strings.TrimSpace(string(first))]++
		all, rowsOf[n], negative = all+out.rows, out.rows, negative+out.negative
	}
	// The published 793,870 lines are payments and four totals, which four of the last files carry at their foot.
	if len(names) != 87 || all != 793_866 || totals != 4 {
		t.Errorf("%d files, %d rows, %d totals", len(names), all, totals)
	}
	if last, first := rowsOf["DCCSpendingOver500_202503.csv"], rowsOf["DCCSpendingOver500_202504.csv"]; first != 237 || last < 11_000 {
		t.Errorf("the break in April 2025: %d rows, then %d", last, first)
	}
	// Month by month, the completeness gate holds the first file of the new ledger and no other.
	var before []ingest.Delivered
	var held []string
	for _, n := range names {
		if ingest.Unusual(before, ingest.Delivered{Rows: rowsOf[n], Days: 30}) != "" {
			held = append(held, n)
		}
		before = append(before, ingest.Delivered{Rows: rowsOf[n], Days: 30})
	}
	if len(held) != 1 || held[0] != "DCCSpendingOver500_202504.csv" {
		t.Errorf("the gate holds %v", held)
	}
	t.Logf("%d files, %d headings, %d rows, %d of them credits", len(names), len(headings), all, negative)
}

func untar(t *testing.T, content []byte) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	r := tar.NewReader(bytes.NewReader(content))
	for {
		h, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[path.Base(h.Name)] = b
	}
}
