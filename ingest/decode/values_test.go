package decode

import (
	"errors"
	"strings"
	"testing"
)

func TestMarker(t *testing.T) {
	tests := map[string]Missing{
		"": Blank, " \t\u00a0\ufeff": Blank, "[c]": Suppressed, "[C]": Suppressed, "*": Suppressed, "[x]": NotSupplied, "[z]": NotApplicable,
		"[low]": Low, "-": Dash, "–": Dash, " - ": Dash, "#N/A": SheetError, "#n/a": SheetError, "#DIV/0!": SheetError, "#REF!": SheetError,
		"0": Present, "x": Present, "c": Present, "--": Present, "N/A": Present, "none": Present, "#1": Present,
	}
	for in, want := range tests {
		if got := Marker(in); got != want {
			t.Errorf("Marker(%q) = %v, want %v", in, got, want)
		}
		text, m := TextValue(in)
		if m != want || m != Present && text != "" || m == Present && text != strings.TrimSpace(in) {
			t.Errorf("TextValue(%q) = %q, %v", in, text, m)
		}
	}
	for m := Present; m <= SheetError+1; m++ {
		if m.String() == "" || (m <= SheetError) == (m.String() == "unknown") {
			t.Errorf("Missing(%d) is called %q", m, m)
		}
	}
}

func TestBoolean(t *testing.T) {
	for in, want := range map[string]string{
		"Y": "true", "yes": "true", "TRUE": "true", "t": "true", "1": "true", " Yes ": "true",
		"N": "false", "No": "false", "FALSE": "false", "F": "false", "0": "false",
	} {
		if got, m, err := Boolean(in); got != want || m != Present || err != nil {
			t.Errorf("Boolean(%q) = %q, %v, %v", in, got, m, err)
		}
	}
	if _, m, err := Boolean("-"); m != Dash || err != nil {
		t.Errorf("a dash is %v, %v", m, err)
	}
	for _, in := range []string{"maybe", "2", "yes please", "Ja"} {
		if _, _, err := Boolean(in); err == nil {
			t.Errorf("Boolean(%q) was accepted", in)
		}
	}
}

func TestID(t *testing.T) {
	for _, id := range []string{"1-10024040008", "00123456", "07700900123", "SC123456", "E08000016", "Z9D4Z", "1E5", "10033544614", "12E", "2.5", "1e5x"} {
		got, m, err := ID(" " + id + "\u00a0")
		if id == "1E5" {
			if err == nil {
				t.Errorf("ID(%q) was accepted though it may be a damaged number", id)
			}
			continue
		}
		if got != id || m != Present || err != nil {
			t.Errorf("ID(%q) = %q, %v, %v", id, got, m, err)
		}
	}
	for _, in := range []string{"1.00335E+11", "1.0E+11", "1,5E+10", "-2.5e9"} {
		if _, _, err := ID(in); err == nil || !strings.Contains(err.Error(), "lost its last digits") {
			t.Errorf("ID(%q) = %v", in, err)
		}
	}
	if _, m, _ := ID("#N/A"); m != SheetError {
		t.Errorf("an error of a spreadsheet is %v", m)
	}
}

func TestAmount(t *testing.T) {
	tests := map[string]string{
		"0": "0", "5": "5", "1496.00": "1496.00", "1,496.00": "1496.00", " £1,496.00 ": "1496.00", "£ 5": "5", "1 496.50": "1496.50",
		"1\u00a0496": "1496", "-12.5": "-12.5", "- 12.5": "-12.5", "12.5-": "-12.5", "(1,234.50)": "-1234.50", "(£5)": "-5", "-£5.00": "-5.00", "£-5.00": "-5.00",
		"−7": "-7", "+7": "7", "007": "7", ".5": "0.5", "5.": "5", "-0.00": "0.00", "12,345,678.90": "12345678.90", "1.5E+3": "1500", "1.5E-3": "0.0015",
		"1E3": "1000", "12k": "12000", "£1.2m": "1200000", "£ 3.65 million": "3650000", "(£0.5K)": "-500", "-1.2345k": "-1234.5", "0.0001k": "0.1", "2mn": "2000000", "123456789012345678.12": "123456789012345678.12", "(0)": "0",
	}
	for in, want := range tests {
		if got, m, err := Amount(in); got != want || m != Present || err != nil {
			t.Errorf("Amount(%q) = %q, %v, %v; want %q", in, got, m, err, want)
		}
	}
	for _, in := range []string{"abc", "1,49", "1.496,00", "1,4966", "12,34,567", "1..5", "1.5.2", "--5", "-5-", "(-5)", "5%", "£", "-£", "1 49", "1e", "1e99",
		"12 345,678", "0x10", "1_000", "Inf", "NaN", "½", "٣", "5 GBP", "(5", "5)", "k", "£k", "1,2k", "5mk", "5 m²", "12k-", "(12k", strings.Repeat("9", 65)} {
		_, m, err := Amount(in)
		var v *ValueError
		if !errors.As(err, &v) || v.Code != CodeBadNumber || m != Present {
			t.Errorf("Amount(%q) = %v, %v", in, m, err)
		}
	}
	for in, want := range map[string]Missing{"": Blank, "-": Dash, "[c]": Suppressed, "*": Suppressed, "[low]": Low, "#N/A": SheetError} {
		if got, m, err := Amount(in); got != "" || m != want || err != nil {
			t.Errorf("Amount(%q) = %q, %v, %v", in, got, m, err)
		}
	}
}

func TestInteger(t *testing.T) {
	for in, want := range map[string]string{"12": "12", "12.0": "12", "12.": "12", "-3": "-3", "1,234": "1234", "007": "7", "-0": "0", "1.2E1": "12", "(4)": "-4"} {
		if got, m, err := Integer(in); got != want || m != Present || err != nil {
			t.Errorf("Integer(%q) = %q, %v, %v; want %q", in, got, m, err, want)
		}
	}
	for _, in := range []string{"12.5", "x", "1,2", "0.5"} {
		if got, _, err := Integer(in); err == nil {
			t.Errorf("Integer(%q) = %q", in, got)
		}
	}
	if _, m, err := Integer("[x]"); m != NotSupplied || err != nil {
		t.Errorf("[x] is %v, %v", m, err)
	}
}

func TestSheetNumber(t *testing.T) {
	for in, want := range map[string]string{
		"1496": "1496", "-5": "-5", "0": "0", "-0": "0", "0.30000000000000004": "0.3", "1496.0000000000002": "1496", "1.5E-05": "0.000015", "1E3": "1000",
		"123456789012345": "123456789012345", "1.23456789012346E+15": "1.23456789012346E+15", "12345678901234567": "1.23456789012346E+16", "1e-12": "1E-12", "007": "7", " 5 ": "5",
	} {
		if got, ok := sheetNumber(in); got != want || !ok {
			t.Errorf("sheetNumber(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "x", "0x1p4", "Inf", "NaN", "1_0", "1e999", strings.Repeat("1", 100)} {
		if got, ok := sheetNumber(in); ok {
			t.Errorf("sheetNumber(%q) = %q", in, got)
		}
	}
}

func TestCompanyNumber(t *testing.T) {
	for in, want := range map[string]string{
		"03175855": "03175855", "3175855": "03175855", " 3175855 ": "03175855", "0317 5855": "03175855", "sc123456": "SC123456", "SC12345": "SC012345",
		"OC301234": "OC301234", "IP12345R": "IP12345R", "RS007856": "RS007856", "R0000123": "R0000123", "NI-012345": "NI012345",
	} {
		if got, ok := CompanyNumber(in); got != want || !ok {
			t.Errorf("CompanyNumber(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "-", "N/A", "00000000", "123456789", "SC", "SC1234567", "ABC12345", "M35 9BG", "not known", "SC000000"} {
		if got, ok := CompanyNumber(in); ok {
			t.Errorf("CompanyNumber(%q) = %q", in, got)
		}
	}
}

func TestPostcode(t *testing.T) {
	for in, want := range map[string]string{"M35 9BG": "M35 9BG", "m359bg": "M35 9BG", " sw1a  1aa ": "SW1A 1AA", "EC1A\u00a01BB": "EC1A 1BB", "B33 8TH": "B33 8TH", "GIR 0AA": "GIR 0AA", "W1A0AX": "W1A 0AX"} {
		if got, ok := Postcode(in); got != want || !ok {
			t.Errorf("Postcode(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "M35", "9BG", "M35 9B", "MM355 9BG", "Larkshire", strings.Repeat("A", 100)} {
		if got, ok := Postcode(in); ok {
			t.Errorf("Postcode(%q) = %q", in, got)
		}
	}
	if got := PostcodeKey("m35 9bg "); got != "M359BG" {
		t.Errorf("got %q", got)
	}
}

func TestNameKey(t *testing.T) {
	for in, want := range map[string]string{
		"Goodwood Homecare Limited": "goodwood homecare", "GOODWOOD  HOMECARE LTD.": "goodwood homecare", "Goodwood Homecare": "goodwood homecare",
		"St. Mary's Care & Support P.L.C.": "st marys care and support", "St Mary’s Care and Support plc": "st marys care and support",
		"Ashgrove-Lane (Larkshire) LLP": "ashgrove lane larkshire", "Café Soleil Ltd": "cafe soleil", "Limited": "limited", "Ltd Limited": "ltd", "Limited Horizons": "limited horizons",
		"A&B Care": "a and b care", "": "", "!!!": "", "Ｆｕｌｌ Width": "full width", "X\u00a0Y": "x y",
	} {
		if got := NameKey(in); got != want {
			t.Errorf("NameKey(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestValueClass(t *testing.T) {
	for in, want := range map[string]string{
		"": "blank", "[c]": "marker", "12": "integer", "1-10024040008": "text", "12.5": "number", "£1,496.00": "number", "(5.00)": "number", "5%": "number", "14/03/2026": "date",
		"2026-03-14 10:00": "date", "30-Oct-13": "date", "yes": "boolean", "Mrs Example": "text", strings.Repeat("x", 101): "long text",
	} {
		if got := ValueClass(in); got != want {
			t.Errorf("ValueClass(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestErrorWords(t *testing.T) {
	e := &Error{File: "x.csv", Row: 3, Column: "Date", Code: CodeBadDate, Reason: "there is no such day", NextStep: "Correct it"}
	if got := e.Error(); got != `x.csv: row 3: column "Date": there is no such day. Correct it` {
		t.Errorf("got %s", got)
	}
	if got := (&Error{Reason: "the file is empty"}).Error(); got != "the file is empty" {
		t.Errorf("got %s", got)
	}
	v := &ValueError{Code: CodeBadDate, Reason: "no", ValueClass: "text"}
	if got := v.At(3, "Date"); got != (Problem{Row: 3, Column: "Date", Code: CodeBadDate, Reason: "no", ValueClass: "text"}) {
		t.Errorf("got %+v", got)
	}
	for n, want := range map[int64]string{5: "5 bytes", 2 * kib: "2 KiB", 3 * mib: "3 MiB", gib: "1 GiB", mib + 1: "1048577 bytes"} {
		if got := sizeInWords(n); got != want {
			t.Errorf("%d is called %q", n, got)
		}
	}
}
