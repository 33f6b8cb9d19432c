package decode

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// realData returns the folder of real files, or skips: they are large and stay outside the repository.
func realData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("BELLWETHER_REAL_DATA")
	if dir == "" {
		t.Skip("BELLWETHER_REAL_DATA is not set: it names the folder with real CQC, council and spending files")
	}
	return dir
}

func unxz(t *testing.T, file string) []byte {
	t.Helper()
	out, err := exec.Command("xz", "-dc", file).Output()
	if err != nil {
		t.Fatalf("xz -dc %s: %v", filepath.Base(file), err)
	}
	return out
}

var ratingFields = []Field{
	{Name: "location_id", Required: true}, {Name: "location_name", Required: true},
	{Name: "service_group", Synonyms: []string{"Service / Population Group"}, Required: true},
	{Name: "domain", Synonyms: []string{"Key Question"}, Required: true},
	{Name: "rating", Synonyms: []string{"Latest Rating"}, Required: true},
	{Name: "publication_date", Required: true},
	{Name: "inherited", Synonyms: []string{"Inherited Rating (Y/N)"}, Required: true},
}

func TestRealRatings(t *testing.T) {
	dir := realData(t)
	tests := []struct {
		file                 string
		rows, locations, yes int
	}{
		{"cqc_latest_ratings_national_overall_2021-02.csv", 74_184, 31_966, 3_513},
		{"cqc_latest_ratings_shropshire_telford_2025-10.csv", 2_800, 345, -1},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			data := unxz(t, filepath.Join(dir, "cqc", tt.file+".xz"))
			opts := Options{Fields: ratingFields}
			dates, err := ReadDates(tt.file, bytes.NewReader(data), int64(len(data)), opts, OrderUnknown, "publication_date")
			if err != nil || dates.Order != DayFirst {
				t.Fatalf("dates are %s, %v", dates.Order, err)
			}
			rows, inherited, locations := 0, 0, map[string]bool{}
			table, err := Open(tt.file, bytes.NewReader(data), int64(len(data)), opts)
			if err != nil {
				t.Fatal(err)
			}
			err = table.Each(func(r Row) error {
				rows++
				if r.Problem != nil {
					t.Errorf("row %d: %s", r.No, r.Problem.Reason)
					return nil
				}
				locations[table.Cell(r, "location_id")] = true
				if _, _, err := dates.Date(table.Cell(r, "publication_date")); err != nil {
					t.Errorf("row %d: %v", r.No, err)
				}
				if b, _, err := Boolean(table.Cell(r, "inherited")); err != nil {
					t.Errorf("row %d: %v", r.No, err)
				} else if b == "true" {
					inherited++
				}
				return nil
			})
			if err != nil || rows != tt.rows || len(locations) != tt.locations || tt.yes >= 0 && inherited != tt.yes {
				t.Errorf("got %d rows of %d locations, %d inherited, %v", rows, len(locations), inherited, err)
			}
			theirs, err := standard(string(data), ',')
			if err != nil || len(theirs) != rows+1 {
				t.Errorf("the library reads %d records, %v", len(theirs), err)
			}
		})
	}
}

func TestRealContractsRegister(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(realData(t), "contracts", "salford_contracts_register_2022-07.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, problems, table, err := readAll("register.csv", data, Options{Fields: []Field{{Name: "directorate_name", Required: true}, {Name: "contract_title", Required: true}}})
	if err != nil || len(problems) > 0 || len(rows) != 360 || len(table.Header) != 24 {
		t.Errorf("got %d rows of %d columns, problems %v, %v", len(rows), len(table.Header), problems, err)
	}
	// The byte order mark was encoded over again; the text was not, and had lost letters before.
	if table.Header[0] != "Directorate Name" || len(table.Notes) != 1 || !strings.Contains(table.Notes[0], "already lost") {
		t.Errorf("got %q, notes %q", table.Header[0], table.Notes)
	}
}

var spendFields = []Field{
	{Name: "name_of_body", Required: true}, {Name: "date", Required: true}, {Name: "transaction_number", Required: true}, {Name: "invoice_number"},
	{Name: "amount", Required: true}, {Name: "supplier_name", Required: true}, {Name: "supplier_id", Required: true}, {Name: "vat_reg_no"},
	{Name: "expense_area", Required: true}, {Name: "expense_type", Required: true}, {Name: "expense_code", Required: true}, {Name: "cost_centre", Synonyms: []string{"Costcuk"}}, {Name: "creditor_type"},
}

// Fifteen years of one county's payments: each file is read whole, each date and amount understood, whatever its heading row.
func TestRealSpending(t *testing.T) {
	dir := t.TempDir()
	archive := filepath.Join(realData(t), "spend", "devon_spending_over_500_2019-01_2026-03.tar.xz")
	if out, err := exec.Command("tar", "xJf", archive, "-C", dir).CombinedOutput(); err != nil {
		t.Fatalf("tar: %v: %s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.csv"))
	if err != nil || len(files) != 87 {
		t.Fatalf("found %d files, %v", len(files), err)
	}
	headers, total, totals, redacted := map[string]int{}, 0, 0, 0
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		info, _ := f.Stat()
		name, opts := filepath.Base(file), Options{Fields: spendFields}
		dates, err := ReadDates(name, f, info.Size(), opts, OrderUnknown, "date")
		if err != nil {
			t.Fatal(err)
		}
		table, err := Open(name, f, info.Size(), opts)
		if err != nil {
			t.Fatal(err)
		}
		headers[strings.Join(table.Header, ",")]++
		if len(table.Binding.Unknown) > 1 || len(table.Binding.Unknown) == 1 && table.Binding.Unknown[0] != "Body" {
			t.Errorf("%s: unknown headings %q", name, table.Binding.Unknown)
		}
		err = table.Each(func(r Row) error {
			total++
			if r.Problem != nil {
				t.Errorf("%s row %d: %s", name, r.No, r.Problem.Reason)
				return nil
			}
			// A few files end in a line of totals, which has an amount and nothing else.
			if filled(r.Cells) == 1 {
				totals++
			} else if d, m, err := dates.Date(table.Cell(r, "date")); err != nil || m != Present || !strings.HasPrefix(d, "20") {
				t.Errorf("%s row %d: date %q, %v, %v", name, r.No, d, m, err)
			}
			if _, m, err := Amount(table.Cell(r, "amount")); err != nil || m != Present {
				t.Errorf("%s row %d: amount %v, %v", name, r.No, m, err)
			}
			if table.Cell(r, "supplier_name") == "REDACTED UNDER DP ACT" {
				redacted++
			}
			return nil
		})
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("stopped at %s", name)
		}
	}
	if total != 793_870 || totals != 4 || len(headers) != 3 || redacted != 43_432 {
		t.Errorf("got %d rows, %d of them totals, under %d headings, %d redacted", total, totals, len(headers), redacted)
	}
}

// The lists of care homes were made over eight years by different hands, with dates and headings that change.
func TestRealCareHomeLists(t *testing.T) {
	data := unxz(t, filepath.Join(realData(t), "cqc", "trafford_gm_care_homes_snapshots_2018-2026.tar.xz"))
	var names []string
	err := Walk("snapshots.tar", bytes.NewReader(data), int64(len(data)), Limits{}, func(e Entry) error {
		table, err := Open(e.Name, e.Body, e.Size, Options{})
		if err != nil {
			return err
		}
		defer table.Close()
		rows := 0
		err = table.Each(func(r Row) error {
			if r.Problem != nil {
				t.Errorf("%s row %d: %s", e.Name, r.No, r.Problem.Reason)
			}
			rows++
			return nil
		})
		raw, _ := io.ReadAll(io.NewSectionReader(e.Body, 0, e.Size))
		theirs, theirErr := standard(string(raw), ',')
		if err != nil || theirErr != nil || rows != len(theirs)-1 || table.HeaderLine != 1 {
			t.Errorf("%s: %d rows, the library %d, header on %d, %v, %v", e.Name, rows, len(theirs)-1, table.HeaderLine, err, theirErr)
		}
		names = append(names, e.Name)
		return nil
	})
	slices.Sort(names)
	if err != nil || len(slices.Compact(names)) != 11 || len(names) != 12 {
		t.Errorf("read %d lists %q, %v", len(names), names, err)
	}
}

func TestRealAPIBodies(t *testing.T) {
	data := unxz(t, filepath.Join(realData(t), "cqc", "cqc_api_oldham_2025-03.tar.xz"))
	n := 0
	err := Walk("bodies.tar", bytes.NewReader(data), int64(len(data)), Limits{}, func(Entry) error { n++; return nil })
	if err != nil || n != 474 {
		t.Errorf("walked %d bodies, %v", n, err)
	}
}
