package safeguarding_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bellwether/ingest"
	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/mapping"
	"bellwether/ingest/safeguarding"
	"bellwether/ingest/tabular"
)

// TestCouncilsNobodyMapped takes each extract from suggestion to rows, with nothing done by hand between: the proposal must load as it
// stands, checking it must say what reading does, and the rows must be those of the file. The goldens show each guess with its reason.
func TestCouncilsNobodyMapped(t *testing.T) {
	if len(extracts) < 15 {
		t.Fatalf("there are %d councils", len(extracts))
	}
	for _, x := range extracts {
		t.Run(x.name, func(t *testing.T) {
			content := x.content(t)
			src := rowtest.Source(t, safeguarding.Sources(), x.source)
			table := rowtest.Tables(t)[src.Tables[0]]
			file := func() ingest.File {
				return ingest.File{Name: x.file, Size: int64(len(content)), Body: bytes.NewReader(content)}
			}
			proposal, err := tabular.Suggest(t.Context(), file(), table)
			if err != nil {
				t.Fatal(err)
			}
			text := proposal.YAML()
			m, err := mapping.Load(x.name+".yml", []byte(text), rowtest.Tables(t))
			if err != nil {
				t.Fatalf("the proposal does not load: %v\n%s", err, text)
			}
			for _, f := range x.fields {
				if !m.Has(f) {
					t.Errorf("no column was found for %s", f)
				}
			}
			for _, g := range proposal.Guesses {
				if g.Reason == "" {
					t.Errorf("nothing says why %q is taken for %s", g.Heading, g.Field)
				}
			}
			seen, err := (tabular.Spec{Table: table.Name}).Preview(t.Context(), file(), ingest.Env{Tables: rowtest.Tables(t), Mapping: m})
			if err != nil {
				t.Fatal(err)
			}
			o, err := rowtest.Run(t, src.Decoder, x.file, content, m)
			if err != nil {
				t.Fatal(err)
			}
			loaded := o.Rows[table.Name]
			if len(loaded) != x.rows || int(seen.Read) != x.rows || len(o.Problems) != x.held || int(seen.Held) != x.held || len(o.Refused) > 0 {
				t.Errorf("%d rows read and %d held, a check said %d and %d; want %d and %d; %v %v", len(loaded), len(o.Problems), seen.Read, seen.Held, x.rows, x.held, o.Words(), o.Refused)
			}
			for i := range loaded {
				if ref := loaded[i][table.PrimaryKey[0]]; len(m.Key) > 0 {
					if !strings.HasPrefix(ref, "K-") || len(ref) != 34 {
						t.Errorf("the made reference is %q", ref)
					}
					loaded[i][table.PrimaryKey[0]] = fmt.Sprintf("(made, %d)", i+1)
				}
			}
			got := "# " + x.about + "\n" + text + "\n--- rows\n" + o.Render(nil)
			nobody(t, got)
			rowtest.Golden(t, "council_"+x.name, got)
		})
	}
}

// TestMadeReferences checks that a reference made of fields is the same in every delivery, differs when a field does, and shows nothing
// of what it was made of.
func TestMadeReferences(t *testing.T) {
	m := rowtest.Parse(t, "version: 1\ntable: safeguarding_concern\nkey: [adult_ref, received_on, provider_name]\ncolumns:\n  adult_ref: Person\n  received_on: Date\n  provider_name: Home\n")
	refs := func(rows string, digest func(string) string) (out []string) {
		o := rowtest.New(t)
		text := "Person,Date,Home\n" + rows
		f := ingest.File{Name: "a.csv", Size: int64(len(text)), Body: strings.NewReader(text)}
		if err := concerns(t).Decode(t.Context(), f, ingest.Env{Tables: o.Tables, Mapping: m, Digest: digest}, o); err != nil {
			t.Fatal(err)
		}
		for _, r := range o.Rows["safeguarding_concern"] {
			out = append(out, r["concern_ref"])
		}
		return out
	}
	upper := func(s string) string { return strings.ToUpper(s) }
	if got := refs("P1,2026-03-02,Smew House\n", upper); !slices.Equal(got, []string{"K-P1|2026 03 02|SMEW HOUSE"}) {
		t.Errorf("the digest was given %q", got)
	}
	a := refs("P1,2026-03-02,Smew House\nP1,2026-03-03,Smew House\n", nil)
	b := refs("p1 ,02/03/2026,\"SMEW  house\"\nP1,13/03/2026,x\n", nil)
	if a[0] != b[0] || a[0] == a[1] || strings.Contains(a[0], "P1") || len(a[0]) != 34 {
		t.Errorf("%q, %q", a, b)
	}
	if got := refs(",,\n", nil); len(got) != 0 {
		t.Errorf("a blank row was given the reference %q", got)
	}
}
