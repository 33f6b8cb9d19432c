package contract

import (
	"fmt"
	"math/big"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// checkOne checks a single cell; the answer is the value as text, or "code: reason".
func checkOne(tab *Table, cell string) string {
	values := make([]Value, len(tab.Fields))
	cells := make([]string, len(tab.Fields))
	cells[0] = cell
	var out Findings
	if !tab.CheckRow(cells, values, &out) {
		b := out.Breaches[0]
		return b.Code + ": " + b.Reason
	}
	v, note := values[0], ""
	if len(out.Tolerated) > 0 {
		note = " (" + out.Tolerated[0].Code + ")"
	}
	switch {
	case v.Null:
		return "null" + note
	case tab.Fields[0].Type == String:
		return v.S + note
	case tab.Fields[0].Type == Number:
		return fmt.Sprint(v.F) + note
	default:
		return fmt.Sprint(v.I) + note
	}
}

func TestCells(t *testing.T) {
	day := func(s string) string {
		at, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(at.Unix() / 86_400)
	}
	micros := func(s string) string {
		at, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(at.UnixMicro())
	}
	for _, c := range []struct {
		field string
		cells [][2]string // cell, answer (its beginning, if it ends in …)
	}{
		{`"type": "string"`, [][2]string{
			{"plain", "plain"}, {" spaces around\t", "spaces around"}, {"", "null"}, {" \u00a0 ", "null"}, {"=1+1", "=1+1"}, {"@SUM(A1)", "@SUM(A1)"},
			{"-3", "-3"}, {"+44", "+44"}, {"café 鳥", "café 鳥"}, {"two\nlines", "two\nlines"}, {"\ufffd", "\ufffd"},
			{"a\x00b", "bad_encoding: …"}, {"a\x1bb", "bad_encoding: …"}, {"a\x7fb", "bad_encoding: …"}, {"\xff", "bad_encoding: …"}, {"é\x01", "bad_encoding: …"},
			{strings.Repeat("é", 4000), strings.Repeat("é", 4000)},
			{strings.Repeat("x", 4001), `too_long: "a" may hold at most 4000 characters and holds 4001`},
		}},
		{`"type": "string", "constraints": {"required": true, "minLength": 2, "maxLength": 4, "pattern": "[A-Z].*"}`, [][2]string{
			{"AB", "AB"}, {"ÀB", "wrong_type: …"}, {"A", `wrong_type: "a" must hold at least 2 characters; found "A"`}, {"ABCDE", "too_long: …"},
			{"ABÉD", "ABÉD"}, {"ab", `wrong_type: "a" has not the form its contract asks for; found "ab"`}, {" ", `missing_value: "a" is required and is empty`},
		}},
		{`"type": "string", "constraints": {"maxLength": 4, "pattern": "A.*", "enum": ["Alpha", "Beta"]}, "bellwether:mode": "evolve"`, [][2]string{
			{"Alpha", "Alpha (too_long)"}, {"Gamma", "Gamma (too_long)"}, {"Au", "Au (unknown_code)"}, {"a\x00", "bad_encoding: …"},
			{strings.Repeat("A", 4001), "too_long: …"},
		}},
		{`"type": "string", "constraints": {"enum": ["Requires improvement", "Good", "Outstanding", "a", "b", "c", "d"]}`, [][2]string{
			{"Good", "Good"}, {"requires IMPROVEMENT", "Requires improvement"}, {" good ", "Good"},
			{"Fine", `unknown_code: "a" must be one of 7 codes (Requires improvement, Good, Outstanding, a, b, c, …); found "Fine"`},
		}},
		{`"type": "string", "bellwether:separator": "; ", "constraints": {"enum": ["Neglect", "Physical"]}`, [][2]string{
			{"Neglect", "Neglect"}, {"neglect;PHYSICAL", "Neglect; Physical"}, {"Physical; Neglect", "Physical; Neglect"},
			{"Neglect; Other", "unknown_code: …"}, {"Neglect;", "unknown_code: …"},
		}},
		{`"type": "integer", "constraints": {"minimum": 0, "maximum": 1000}`, [][2]string{
			{"0", "0"}, {"+12", "12"}, {"0012", "12"}, {"12.0", "12"}, {"1e2", "100"}, {"1.5e1", "15"}, {"", "null"},
			{"12.5", `bad_number: "a" must be a whole number; found "12.5"`}, {"-1", `bad_number: "a" must be at least 0; found "-1"`}, {"1001", "bad_number: …"},
			{"1e999999999", "bad_number: …"}, {"1,000", "bad_number: …"}, {"=12", "bad_number: …"}, {"0x10", "bad_number: …"}, {"99999999999999999999", "bad_number: …"},
			{"-", "bad_number: …"}, {".", "bad_number: …"}, {"1 2", "bad_number: …"}, {"1e", "bad_number: …"}, {"٣", "bad_number: …"},
		}},
		{`"type": "integer", "constraints": {"minimum": 5}, "bellwether:mode": "evolve"`, [][2]string{{"4", "4 (bad_number)"}, {"four", "bad_number: …"}}},
		{`"type": "number", "bellwether:decimal": true`, [][2]string{
			{"12.5", "1250"}, {"-0.01", "-1"}, {"1234567.891", "123456789 (bad_number)"}, {"0.005", "1 (bad_number)"}, {"-0.005", "-1 (bad_number)"},
			{"0.0049", "0 (bad_number)"}, {"1.230000", "123"}, {"1e3", "100000"}, {".5", "50"}, {"5.", "500"}, {"9999999999999999.99", "999999999999999999"},
			{"10000000000000000", "bad_number: …"}, {"1e-3", "0 (bad_number)"}, {"£5", "bad_number: …"}, {"1e-41", "bad_number: …"},
		}},
		{`"type": "number", "constraints": {"minimum": -90, "maximum": 90}`, [][2]string{
			{"51.4778", "51.4778"}, {"-0.5", "-0.5"}, {"1e1", "10"}, {"inf", "bad_number: …"}, {"NaN", "bad_number: …"}, {"0x1p-2", "bad_number: …"},
			{"1_0", "bad_number: …"}, {"90.1", "bad_number: …"}, {"1e400", "bad_number: …"}, {"--1", "bad_number: …"},
		}},
		{`"type": "boolean"`, [][2]string{
			{"Y", "1"}, {"no", "0"}, {"TRUE", "1"}, {"f", "0"}, {"1", "1"}, {"", "null"}, {"maybe", `wrong_type: "a" must be yes or no; found "maybe"`},
		}},
		{`"type": "boolean", "trueValues": ["Ticked"], "falseValues": ["Not ticked"]`, [][2]string{{"ticked", "1"}, {"Not Ticked", "0"}, {"yes", "wrong_type: …"}}},
		{`"type": "string", "missingValues": ["-", "N/A"]`, [][2]string{{"-", "null"}, {" N/A ", "null"}, {"n/a", "n/a"}, {"", "null"}}},
		{`"type": "date", "constraints": {"minimum": "2000-02-29"}`, [][2]string{
			{"2026-03-14", day("2026-03-14")}, {"2000-02-29", day("2000-02-29")}, {"2024-02-29", day("2024-02-29")}, {"2199-12-31", day("2199-12-31")},
			{"2023-02-29", "bad_date: …"}, {"2100-02-29", "bad_date: …"}, {"2026-04-31", "bad_date: …"}, {"2026-13-01", "bad_date: …"}, {"2026-00-10", "bad_date: …"},
			{"2026-01-00", "bad_date: …"}, {"0202-01-01", "bad_date: …"}, {"2200-01-01", "bad_date: …"}, {"1999-12-31", "bad_date: …"}, {"14/03/2026", "bad_date: …"},
			{"2026-03-14T00:00:00", "bad_date: …"}, {"2026-3-14", "bad_date: …"}, {"20260314", "bad_date: …"}, {"45000", "bad_date: …"},
		}},
		{`"type": "datetime"`, [][2]string{
			{"2026-03-14T09:30:15Z", micros("2026-03-14T09:30:15Z")}, {"2026-03-14 09:30", micros("2026-03-14T09:30:00Z")}, {"2026-03-14", micros("2026-03-14T00:00:00Z")},
			{"2026-03-14T09:30:15.123456789Z", micros("2026-03-14T09:30:15.123456Z")}, {"2026-06-14T09:30:15+01:00", micros("2026-06-14T08:30:15Z")},
			{"2026-06-14T00:30:15+0100", micros("2026-06-13T23:30:15Z")}, {"2026-06-14T00:30:15-05", micros("2026-06-14T05:30:15Z")},
			{"2026-03-14T24:00", "bad_date: …"}, {"2026-03-14T09:60", "bad_date: …"}, {"2026-03-14T09", "bad_date: …"}, {"2026-03-14X09:30", "bad_date: …"},
			{"2026-03-14T09:30:15.", "bad_date: …"}, {"2026-03-14T09:30:61", "bad_date: …"}, {"2026-03-14T09:30:15GMT", "bad_date: …"}, {"2026-03-14T09:30+25:00", "bad_date: …"},
		}},
	} {
		tab := parse(t, `{"name": "a", `+c.field+`}, {"name": "b", "type": "string"}`)
		for _, cell := range c.cells {
			got, want := checkOne(tab, cell[0]), cell[1]
			if start, cut := strings.CutSuffix(want, "…"); cut && strings.HasPrefix(got, start) {
				continue
			}
			if got != want {
				t.Errorf("%s: %.60q gives %.200s, want %.200s", c.field, cell[0], got, want)
			}
		}
	}
}

// In a table with a personal field no reason quotes a value, whichever field it is about.
func TestReasonsNeverQuoteInPersonalTables(t *testing.T) {
	types := []string{
		`"type": "integer"`, `"type": "number"`, `"type": "number", "bellwether:decimal": true`, `"type": "boolean"`, `"type": "date"`, `"type": "datetime"`,
		`"type": "string", "constraints": {"enum": ["x"]}`, `"type": "string", "constraints": {"maxLength": 3}`, `"type": "string", "constraints": {"pattern": "x"}`,
		`"type": "string", "constraints": {"minLength": 30}`,
	}
	for _, personal := range []bool{true, false} {
		quoted := 0
		for _, typ := range types {
			other := `{"name": "b", "type": "string"}`
			if personal {
				other = `{"name": "b", "type": "string", "bellwether:personal": "drop"}`
			}
			got := checkOne(parse(t, `{"name": "a", `+typ+`},`+other), "Jenny Wren")
			if !strings.Contains(got, ": ") {
				t.Errorf("%s: accepted", typ)
			}
			if strings.Contains(got, "Wren") {
				quoted++
			}
		}
		if personal && quoted > 0 {
			t.Errorf("%d reasons quote a value beside personal fields", quoted)
		}
		if !personal && quoted < len(types)-1 {
			t.Errorf("only %d reasons quote a value where nothing is personal", quoted)
		}
	}
}

func TestFindings(t *testing.T) {
	tab := parse(t, `{"name": "a", "type": "integer"}, {"name": "b", "type": "date", "bellwether:mode": "reject_file"}, {"name": "c", "type": "string", "bellwether:personal": "drop"}`)
	values := make([]Value, 3)
	var out Findings
	if tab.CheckRow([]string{"x", "2026-01-01", "\xff"}, values, &out) || out.Reject || len(out.Breaches) != 1 {
		t.Errorf("%+v", out)
	}
	if tab.CheckRow([]string{"x", "y", ""}, values, &out); !out.Reject || len(out.Breaches) != 3 {
		t.Errorf("%+v", out)
	}
	out.Reset()
	if !tab.CheckRow([]string{"1", "", "anything at all \x00"}, values, &out) || !values[2].Null || !values[1].Null || values[0].I != 1 {
		t.Errorf("%+v %+v", out, values)
	}
}

func TestValueClass(t *testing.T) {
	for cell, want := range map[string]string{
		"": "empty", "  ": "empty", "Jennifer": "8 letters", "J": "1 letter", "Jenny Wren": "2 words", "12345678": "8 digits", "7": "1 digit",
		"14/03/2026": "date-like", "2026-03-14T09:30:00Z": "date-like", "14-Mar-2026": "date-like", "£1,234.50": "number-like", "-5": "number-like",
		"LS1 4AP": "postcode-like", "sw1a1aa": "postcode-like", "A1B2": "4 letters and digits", "jenny@example.org": "email-like", "O'Neil (2)": "10 characters",
		"a\x00b": "text with control characters", "\xff": "bytes that are not UTF-8", strings.Repeat("a", 201): "over 200 characters", "Élodie": "6 letters",
		"+44 20 7946 0000": "number-like",
	} {
		if got := ValueClass(cell); got != want {
			t.Errorf("%q is %q, want %q", cell, got, want)
		}
	}
}

func TestDatesAgreeWithTheLibrary(t *testing.T) {
	from := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := from; d.Year() < 2200; d = d.AddDate(0, 0, 1) {
		got, ok := date(d.Format(time.DateOnly))
		if !ok || got != d.Unix()/86_400 {
			t.Fatalf("%s gives %d, %v", d.Format(time.DateOnly), got, ok)
		}
	}
}

func TestDecimalAgreesWithExactArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[+-]?[0-9]{0,12}(\.[0-9]{0,8})?(e[+-]?[0-9]{1,2})?`).Draw(t, "s")
		places := rapid.IntRange(0, 2).Draw(t, "places")
		got, rest, ok := decimal(s, places)
		exact, valid := new(big.Rat).SetString(s)
		if !valid {
			if ok {
				t.Fatalf("%q was read as %d", s, got)
			}
			return
		}
		exact.Mul(exact, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)))
		if !ok {
			limit := new(big.Rat).SetInt64(9e17)
			if new(big.Rat).Abs(exact).Cmp(limit) < 0 && !strings.ContainsAny(s, "e") {
				t.Fatalf("%q was refused", s)
			}
			return
		}
		if rest == exact.IsInt() {
			t.Fatalf("%q: rest %v, exactly %v", s, rest, exact)
		}
		diff := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(got))
		if diff.Abs(diff).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%q gives %d, exactly %v", s, got, exact)
		}
	})
}

func FuzzCheckRow(f *testing.F) {
	tab := parse(f, `{"name": "a", "type": "date"}, {"name": "b", "type": "datetime"}, {"name": "c", "type": "integer"}, {"name": "d", "type": "number"},
		{"name": "e", "type": "number", "bellwether:decimal": true}, {"name": "g", "type": "boolean"},
		{"name": "h", "type": "string", "bellwether:separator": ";", "constraints": {"enum": ["x", "y"]}, "bellwether:mode": "evolve"}, {"name": "i", "type": "string", "bellwether:personal": "drop"}`)
	for _, s := range []string{"", "2026-03-14", "2026-03-14T09:30:15.5+01:00", "12.345e-7", "x;y", "\xff\x00", "-", "1e40"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		cells := []string{cell, cell, cell, cell, cell, cell, cell, cell}
		values := make([]Value, len(cells))
		var out Findings
		ok := tab.CheckRow(cells, values, &out)
		if ok != (len(out.Breaches) == 0) {
			t.Fatalf("ok %v with %v", ok, out.Breaches)
		}
		for _, b := range out.Breaches {
			if b.Reason == "" || b.ValueClass == "" || b.Column == "" {
				t.Fatalf("%+v", b)
			}
		}
		var again Findings
		second := make([]Value, len(cells))
		tab.CheckRow(cells, second, &again)
		if d := cmp.Diff(out.Breaches, again.Breaches); d != "" {
			t.Fatal(d)
		}
	})
}

func wideTable(t testing.TB) (*Table, []string) {
	var fields, cells []string
	for i := range 20 {
		switch i % 5 {
		case 0:
			fields, cells = append(fields, fmt.Sprintf(`{"name": "f%d", "type": "date"}`, i)), append(cells, "2026-03-14")
		case 1:
			fields, cells = append(fields, fmt.Sprintf(`{"name": "f%d", "type": "string", "constraints": {"enum": ["Neglect and Acts of Omission", "Physical Abuse"]}}`, i)), append(cells, "Physical Abuse")
		case 2:
			fields, cells = append(fields, fmt.Sprintf(`{"name": "f%d", "type": "integer"}`, i)), append(cells, "12")
		case 3:
			fields, cells = append(fields, fmt.Sprintf(`{"name": "f%d", "type": "string", "constraints": {"maxLength": 80}}`, i)), append(cells, "Larkshire House Care Home Ltd")
		default:
			fields, cells = append(fields, fmt.Sprintf(`{"name": "f%d", "type": "number", "bellwether:decimal": true}`, i)), append(cells, "1234.50")
		}
	}
	return parse(t, strings.Join(fields, ",")), cells
}

func BenchmarkCheckRow20Fields(b *testing.B) {
	tab, cells := wideTable(b)
	values := make([]Value, len(cells))
	var out Findings
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		out.Reset()
		if !tab.CheckRow(cells, values, &out) {
			b.Fatal(out)
		}
	}
	b.ReportMetric(float64(b.N)/(processorTime(b)-before).Seconds(), "rows/core-s")
}

// processorTime is what the process has used of the processor: on a busy machine the clock on the wall says little.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
