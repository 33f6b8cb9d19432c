package tabular_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/ingest"
	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/mapping"
	"bellwether/ingest/tabular"
)

func file(name, text string) ingest.File {
	return ingest.File{Name: name, Size: int64(len(text)), Body: strings.NewReader(text)}
}

func TestPreview(t *testing.T) {
	tables := rowtest.Tables(t)
	text := "Concern Ref,Date Received,Decision,Source of Risk,Type of Abuse,Adult ID,Adult Name\n" +
		"C1,25/02/2026,NFA,Care worker,Physical; Shouting,P1,Canary\nC2,26/02/2026,Parked,Care worker,Shouting,P2,Canary\n" +
		"C3,31/02/2026,NFA,Care worker,Physical,P3,Canary\n,26/02/2026,NFA,,,,Canary\n"
	p, err := tabular.Spec{Table: "safeguarding_concern"}.Preview(t.Context(), file("c.csv", text), ingest.Env{Tables: tables})
	if err != nil {
		t.Fatal(err)
	}
	words := []tabular.UnknownWord{{Field: "abuse_types", Word: "Shouting", Rows: 2, First: 1}, {Field: "decision", Word: "Parked", Rows: 1, First: 2}}
	if d := cmp.Diff(words, p.Words); d != "" {
		t.Error(d)
	}
	if want := []string{"decision: filled in 2 of 2 rows: a word without a code 1, no_enquiry 1", "abuse_types: filled in 2 of 2 rows: a word without a code 2, Physical Abuse 1",
		"adult_ref: filled in 2 of 2 rows"}; !slices.Equal(slices.DeleteFunc(slices.Clone(p.Summary), func(l string) bool { return !slices.Contains(want, l) }), want) {
		t.Errorf("%q", p.Summary)
	}
	if p.Read != 2 || p.Held != 2 || len(p.Rows) != 2 || len(p.Problems) != 2 || p.Rows[0]["adult_ref"] != "(pseudonym)" || p.Rows[0]["abuse_types"] != "Physical Abuse; Shouting" {
		t.Errorf("%+v", p)
	}
	if _, err := (tabular.Spec{Table: "safeguarding_concern"}).Preview(t.Context(), file("c.csv", ""), ingest.Env{Tables: tables}); err == nil {
		t.Error("an empty file was previewed")
	}
}

func TestSuggestReadsAnyDelimiterAndLayout(t *testing.T) {
	rows := "Concern Ref;Date Received;Decision\nC1;25/02/2026;NFA\n"
	for name, content := range map[string]string{
		"c.csv":      rows,
		"tabs.csv":   strings.ReplaceAll(rows, ";", "\t"),
		"banner.csv": "Larkshire\n\n" + strings.ReplaceAll(rows, ";", ","),
		"c.xlsx":     string(rowtest.Workbook(t, rowtest.Sheet{Name: "Any", Rows: [][]any{{"Concern Ref", "Date Received", "Decision"}, {"C1", "25/02/2026", "NFA"}}})),
	} {
		f := ingest.File{Name: name, Size: int64(len(content)), Body: bytes.NewReader([]byte(content))}
		s, err := tabular.Suggest(t.Context(), f, rowtest.Tables(t)["safeguarding_concern"])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(s.Guesses) != 3 || s.Dates != mapping.DatesDayFirst {
			t.Errorf("%s: %+v", name, s)
		}
	}
	f := file("c.csv", "Alpha,Beta\none,two\n") // nothing known at all
	if s, err := tabular.Suggest(t.Context(), f, rowtest.Tables(t)["safeguarding_concern"]); err != nil || len(s.Unread) != 2 {
		t.Errorf("%+v, %v", s, err)
	}
	var refused *ingest.FileError
	if _, err := tabular.Suggest(t.Context(), file("c.csv", ""), rowtest.Tables(t)["complaint"]); !errors.As(err, &refused) {
		t.Errorf("an empty file: %v", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := file("c.csv", "Reference,Date received\n1,2026-01-01\n")
	env := ingest.Env{Tables: rowtest.Tables(t)}
	if err := (tabular.Spec{Table: "complaint"}).Decode(ctx, f, env, rowtest.New(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("decode: %v", err)
	}
	if _, err := tabular.Suggest(ctx, f, env.Tables["complaint"]); !errors.Is(err, context.Canceled) {
		t.Errorf("suggest: %v", err)
	}
	if err := (tabular.Spec{Table: "no_such_table"}).Decode(t.Context(), f, env, rowtest.New(t)); err == nil {
		t.Error("decoded into a table that is not there")
	}
}

func TestLongColumnsOfDates(t *testing.T) {
	// The order shows only in the last row; a first pass must find it.
	var b strings.Builder
	b.WriteString("Reference,Date received\n")
	for range 3000 {
		b.WriteString("7,01/02/2026\n")
	}
	b.WriteString("8,25/02/2026\n")
	o, err := rowtest.Run(t, tabular.Spec{Table: "complaint"}, "c.csv", []byte(b.String()), nil)
	if err != nil || o.Rows["complaint"][0]["received_on"] != "2026-02-01" || len(o.Rows["complaint"]) != 3001 {
		t.Errorf("%v, %d rows", err, len(o.Rows["complaint"]))
	}
}

// TestSuggestWithoutHeadings says so, rather than offering a mapping of nothing.
func TestSuggestWithoutHeadings(t *testing.T) {
	text := strings.Repeat("SG1,01/04/2025,Neglect,Fenwick House\nSG2,02/04/2025,Physical,Fenwick House\n", 9)
	for _, table := range []string{"cqc_ratings_file", "capacity"} {
		_, err := tabular.Suggest(t.Context(), file("c.csv", text), rowtest.Tables(t)[table])
		if err == nil || !strings.Contains(err.Error(), "its first row reads like data, not like headings") || strings.Contains(err.Error(), "Fenwick") {
			t.Errorf("%s: %v", table, err)
		}
	}
}
