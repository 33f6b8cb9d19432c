package decode

import (
	"reflect"
	"strings"
	"testing"
)

func TestJoinHead(t *testing.T) {
	for _, c := range []struct{ name, upper, lower, want string }{
		{"merged over several", "Ref|Type of risk||Outcome", "|Physical|Neglect|", "Ref|Type of risk Physical|Type of risk Neglect|Outcome"},
		{"one over both does not spread", "Ref||", "|Team|Date", "Ref|Team|Date"},
		{"only below", "||", "a|b|c", "a|b|c"},
		{"shorter above", "Case", "Ref|Date", "Case Ref|Case Date"},
		{"shorter below", "Case|Home", "Ref", "Case Ref|Home"},
		{"two groups", "Adult||Home|", "ID|Age|Name|Place", "Adult ID|Adult Age|Home Name|Home Place"},
		{"spaces are no heading", " |Home", "Ref| ", "Ref|Home"},
		{"nothing", "", "", ""},
	} {
		if got := strings.Join(joinHead(strings.Split(c.upper, "|"), strings.Split(c.lower, "|")), "|"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestHeadingsOverTwoRows(t *testing.T) {
	fields := []Field{{Name: "the_case", Synonyms: []string{"Case Ref"}, Required: true}, {Name: "is_neglect", Synonyms: []string{"Type of risk Neglect"}, Required: true}}
	csv := "Larkshire\nCase,,Type of risk,\nRef,Date,Physical,Neglect\nC1,2026-03-01,Y,\nC2,2026-03-02,,Y\n"
	sheet := odsFile(odsContent(odsRow("Larkshire") + odsRow("Case", "", "Type of risk", "") + odsRow("Ref", "Date", "Physical", "Neglect") +
		odsRow("C1", "2026-03-01", "Y", "") + odsRow("C2", "2026-03-02", "", "Y")))
	for name, data := range map[string][]byte{"a.csv": []byte(csv), "a.ods": sheet} {
		rows, problems, table, err := readAll(name, data, Options{Fields: fields, HeaderRows: 2})
		if err != nil || len(problems) > 0 {
			t.Fatalf("%s: %v, %v", name, problems, err)
		}
		if want := []string{"Case Ref", "Case Date", "Type of risk Physical", "Type of risk Neglect"}; !reflect.DeepEqual(table.Header, want) || table.HeaderLine != 3 {
			t.Errorf("%s: headings %q on line %d", name, table.Header, table.HeaderLine)
		}
		if want := [][]string{{"C1", "2026-03-01", "Y", ""}, {"C2", "2026-03-02", "", "Y"}}; !reflect.DeepEqual(rows, want) {
			t.Errorf("%s: %q", name, rows)
		}
	}
	_, _, _, err := readAll("a.csv", []byte(csv), Options{Fields: fields})
	wantError(t, err, CodeBadHeader)
	_, _, _, err = readAll("a.csv", []byte("Case\n"), Options{Fields: fields, HeaderRows: 2})
	wantError(t, err, CodeBadHeader)
}

func TestAnyDelimiter(t *testing.T) {
	for name, data := range map[string]string{
		"commas": "Reference,Amount\nA1,5\n", "semicolons": "Reference;Amount\nA1;5\n", "tabs": "Reference\tAmount\nA1\t5\n", "bars": "Reference|Amount\nA1|5\n",
		"quoted": "\"Reference\";\"Amount\"\n\"A1\";\"5\"\n", "title": "Larkshire, adults\n\nReference;Amount\nA1;5\n",
	} {
		rows, _, table, err := readAll("a.csv", []byte(data), Options{Fields: twoFields, AnyDelimiter: true})
		if err != nil || len(rows) != 1 || rows[0][0] != "A1" || rows[0][1] != "5" {
			t.Errorf("%s: %q, %v", name, rows, err)
			continue
		}
		if noted := strings.Contains(strings.Join(table.Notes, " "), "divided by"); noted == (name == "commas") {
			t.Errorf("%s: notes %q", name, table.Notes)
		}
	}
	// The refusal speaks of the delimiter that came nearest, and of commas where none did.
	needs := []Field{{Name: "Reference", Required: true}, {Name: "Amount", Required: true}, {Name: "Date received", Required: true}}
	_, _, _, err := readAll("a.csv", []byte("Reference;Amount;Date recieved\nA1;5;x\n"), Options{Fields: needs, AnyDelimiter: true})
	wantError(t, err, CodeBadHeader, `did you mean "Date recieved"?`)
	_, _, _, err = readAll("a.csv", []byte("one\ntwo\n"), Options{Fields: needs, AnyDelimiter: true})
	wantError(t, err, CodeBadHeader, "no header row was found")
	_, _, _, err = readAll("a.ods", odsFile(odsContent(odsRow("x"))), Options{Fields: needs, AnyDelimiter: true})
	wantError(t, err, CodeBadHeader)
}

func TestSheets(t *testing.T) {
	ods := odsFile(odsContent(odsRow("a")) + "")
	for _, c := range []struct {
		name string
		data []byte
		want int
	}{{"a.ods", ods, 1}, {"a.xlsx", xlsxParts{}.file(), 1}, {"a.csv", []byte("a,b\n"), 1}} {
		got, err := Sheets(c.name, strings.NewReader(string(c.data)), int64(len(c.data)), Limits{})
		if err != nil || len(got) != c.want || (c.name == "a.csv") != (got[0] == "") {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	for name, c := range map[string]struct{ data, code string }{"a.xlsx": {"a,b", CodeWrongType}, "b.ods": {string(ods[:len(ods)/2]), CodeTruncated}} {
		_, err := Sheets(name, strings.NewReader(c.data), int64(len(c.data)), Limits{})
		wantError(t, err, c.code, name)
	}
}

func TestShortYears(t *testing.T) {
	for _, c := range []struct {
		cell  string
		order Order
		short bool
		want  string
	}{
		{"14/03/26", DayFirst, true, "2026-03-14"}, {"01-02-99", DayFirst, true, "1999-02-01"}, {"3/14/26", MonthFirst, true, "2026-03-14"},
		{"14.03.26 09:15", DayFirst, true, "2026-03-14"}, {"14/03/26", DayFirst, false, ""}, {"03/14/26", DayFirst, true, ""}, {"32/03/26", DayFirst, true, ""},
	} {
		got, _, err := DateReader{Order: c.order, ShortYears: c.short}.Date(c.cell)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v", c.cell, got, err)
		}
	}
	// Short years say nothing about the order unless a person has stated one; then they can contradict it.
	d := NewDates(OrderUnknown)
	d.Add("Date", 1, "14/03/26")
	if r, err := d.Decide(); err != nil || r.Order != OrderUnknown || r.ShortYears || d.ShortYears() != 1 {
		t.Errorf("%+v, %v, %d", r, err, d.ShortYears())
	}
	d = NewDates(DayFirst)
	d.Add("Date", 1, "03/14/26")
	if _, err := d.Decide(); err == nil {
		t.Error("a date that contradicts the mapping was let through")
	}
	d = NewDates(DayFirst)
	d.Add("Date", 1, "14/03/26")
	if r, err := d.Decide(); err != nil || !r.ShortYears {
		t.Errorf("%+v, %v", r, err)
	}
}
