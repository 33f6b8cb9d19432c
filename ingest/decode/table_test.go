package decode

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTextCutShort(t *testing.T) {
	const head = "Reference,Received,Provider,Outcome\nA1,2026-01-02,Curlew House,Upheld\n"
	for _, c := range []struct {
		name, tail string
		rows       int
		refused    bool
	}{
		{"whole", "A2,2026-01-03,Plover Court,Upheld\n", 2, false},
		{"whole without a last line break", "A2,2026-01-03,Plover Court,Upheld", 2, false},
		{"cut in the third cell", "A2,2026-01-03,Plov", 1, true},
		{"cut in the first cell", "A", 1, true},
		{"cut in a quoted cell", `A2,2026-01-03,"Plov`, 0, true},
		{"a total below", "Total,1", 2, false},
		{"an ending below", ",,End of report", 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := head + c.tail
			table, err := Open("log.csv", strings.NewReader(data), int64(len(data)), Options{})
			rows := 0
			if err == nil {
				err = table.Each(func(Row) error { rows++; return nil })
			}
			var refused *Error
			if got := errors.As(err, &refused); got != c.refused || rows != c.rows {
				t.Errorf("%d rows, %v", rows, err)
			}
			if c.refused && (refused.Code != CodeTruncated || refused.NextStep == "") {
				t.Errorf("refused as %+v", refused)
			}
		})
	}
}

func TestTableFindsTheHeader(t *testing.T) {
	tests := []struct {
		name, data string
		opts       Options
		header     []string
		line       int64
		rows       [][]string
		preamble   []string
	}{
		{name: "first line", data: "Reference,Amount\nA1,5\n", header: []string{"Reference", "Amount"}, line: 1, rows: [][]string{{"A1", "5"}}},
		{name: "below a title", data: "CQC Locations data\n\nThis data was produced on 19 August 2026\n\nReference,Amount\nA1,5\n",
			header: []string{"Reference", "Amount"}, line: 5, rows: [][]string{{"A1", "5"}},
			preamble: []string{"CQC Locations data", "This data was produced on 19 August 2026"}},
		{name: "below query text", data: "SELECT reference,\n  amount,\n  x AS \"other\"\nFROM t WHERE reference = 'a,b'\n\nreference,amount,x\nA1,5,y\n",
			header: []string{"reference", "amount", "x"}, line: 6, rows: [][]string{{"A1", "5", "y"}},
			preamble: []string{"SELECT reference", "amount", "x AS \"other\"", "FROM t WHERE reference = 'a b'"}},
		{name: "with a separator line", data: "sep=;\nReference;Amount\nA1;5\n", opts: Options{Delimiter: ';'}, header: []string{"Reference", "Amount"}, line: 2,
			rows: [][]string{{"A1", "5"}}, preamble: []string{"sep="}},
		{name: "blank headings", data: ",,Reference,Amount\nx,y,A1,5\n", header: []string{"", "", "Reference", "Amount"}, line: 1, rows: [][]string{{"x", "y", "A1", "5"}}},
		{name: "blank headings at the end", data: "Reference,Amount,,\nA1,5,,\nA2,6\nA3,7,note,\n", header: []string{"Reference", "Amount"}, line: 1,
			rows: [][]string{{"A1", "5"}, {"A2", "6"}, {"A3", "7"}}},
		{name: "commas at the end of rows", data: "Reference,Amount\nA1,5,\nA2,6,,,\n", header: []string{"Reference", "Amount"}, line: 1, rows: [][]string{{"A1", "5"}, {"A2", "6"}}},
		{name: "blank rows", data: "Reference,Amount\n,\n\nA1,5\n , \n", header: []string{"Reference", "Amount"}, line: 1, rows: [][]string{{"A1", "5"}}},
		{name: "pinned by line", data: "Reference,Amount\nRef no.,Paid\nA1,5\n", opts: Options{HeaderRow: 2, Fields: []Field{{Name: "paid"}}},
			header: []string{"Ref no.", "Paid"}, line: 2, rows: [][]string{{"A1", "5"}}, preamble: []string{"Reference Amount"}},
		{name: "header only", data: "Reference,Amount\n", header: []string{"Reference", "Amount"}, line: 1},
		{name: "no known fields", data: "Monthly report\n\nRef no.,Paid,When\nA1,5,2026-03-14\n", opts: Options{Fields: []Field{}},
			header: []string{"Ref no.", "Paid", "When"}, line: 3, rows: [][]string{{"A1", "5", "2026-03-14"}}, preamble: []string{"Monthly report"}},
		{name: "a fuller row wins without required fields", data: "reference,x,amount\nReference,Amount,Team\nA1,5,y\n", opts: Options{Fields: []Field{{Name: "reference"}, {Name: "amount"}, {Name: "team"}}},
			header: []string{"Reference", "Amount", "Team"}, line: 2, rows: [][]string{{"A1", "5", "y"}}, preamble: []string{"reference x amount"}},
		{name: "a fuller row wins", data: "Reference\nA,B\nReference,Amount\nA1,5\n", header: []string{"Reference", "Amount"}, line: 3,
			rows: [][]string{{"A1", "5"}}, preamble: []string{"Reference", "A B"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.opts.Fields == nil {
				tt.opts.Fields = twoFields
			}
			rows, problems, table, err := readAll("x.csv", []byte(tt.data), tt.opts)
			if err != nil || len(problems) > 0 {
				t.Fatalf("problems %v, %v", problems, err)
			}
			if !slices.Equal(table.Header, tt.header) || table.HeaderLine != tt.line || !reflect.DeepEqual(rows, tt.rows) || !slices.Equal(table.Preamble, tt.preamble) {
				t.Errorf("got header %q on line %d, rows %q, preamble %q", table.Header, table.HeaderLine, rows, table.Preamble)
			}
		})
	}
}

func TestTableHeaderRefused(t *testing.T) {
	tests := []struct {
		name, data string
		opts       Options
		says       []string
	}{
		{name: "nothing known", data: "Team,Stage\nNorth,1\n", says: []string{"no header row was found in the first 2 rows", `"reference", "amount"`}},
		{name: "semicolons", data: "Reference;Amount;Team\nA1;5;x\n", says: []string{"divided by semicolons", "set the delimiter"}},
		{name: "tabs", data: "Reference\tAmount\tTeam\nA1\t5\tx\n", says: []string{"divided by tabs"}},
		{name: "one missing", data: "Reference,Stage,Amonut\nA1,1,5\n", opts: Options{Fields: append([]Field{{Name: "stage"}}, twoFields...)},
			says: []string{"in the header on row 1", `no column for "amount"`, `did you mean "Amonut"?`}},
		{name: "twice", data: "Reference,Amount,Amount\nA1,5,6\n", says: []string{"more than one column"}},
		{name: "too far down", data: strings.Repeat("title\n", 20) + "Reference,Amount\nA1,5\n", says: []string{"first 20 rows"}},
		{name: "pinned row is not there", data: "Reference,Amount\n", opts: Options{HeaderRow: 9}, says: []string{"no header row"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.opts.Fields == nil {
				tt.opts.Fields = twoFields
			}
			_, _, _, err := readAll("x.csv", []byte(tt.data), tt.opts)
			wantError(t, err, CodeBadHeader, append(tt.says, "x.csv: ")...)
		})
	}
	_, _, _, err := readAll("x.csv", []byte("a,b\n"), Options{Delimiter: '"'})
	if err == nil {
		t.Error("a quote was taken for a delimiter")
	}
}

func TestTableRows(t *testing.T) {
	data := "Report\nReference,Amount\nA1,5\n,\n\"A\n2\",6\nA3\nA4,7,8\nA5,9\n"
	table, err := Open("x.csv", strings.NewReader(data), int64(len(data)), Options{Fields: twoFields})
	if err != nil {
		t.Fatal(err)
	}
	type seen struct {
		line, no int64
		ref      string
		problem  string
	}
	var got []seen
	err = table.Each(func(r Row) error {
		s := seen{line: r.Line, no: r.No, ref: table.Cell(r, "reference")}
		if r.Problem != nil {
			s.problem = r.Problem.Code + ": " + r.Problem.Reason
			if r.Problem.Row != r.No {
				t.Errorf("the problem says row %d, the row %d", r.Problem.Row, r.No)
			}
		}
		return append2(&got, s)
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []seen{
		{3, 1, "A1", ""},
		{5, 3, "A\n2", ""},
		{7, 4, "A3", "shifted_row: the row has 1 cells where the header has 2"},
		{8, 5, "A4", "shifted_row: the row has 3 cells where the header has 2"},
		{9, 6, "A5", ""},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	if _, err := table.Read(); err != io.EOF {
		t.Errorf("reading past the end gives %v", err)
	}
	if table.Cell(Row{}, "reference") != "" || table.Cell(Row{Cells: []string{"x"}}, "unknown") != "" {
		t.Error("a cell that is not there has a value")
	}
}

func append2[T any](list *[]T, v T) error {
	*list = append(*list, v)
	return nil
}

func TestTableErrors(t *testing.T) {
	_, _, _, err := readAll("x.csv", []byte("Reference,Amount\nA1,5\nA2\n"), Options{Fields: twoFields, RefuseRagged: true})
	wantError(t, err, CodeShiftedRow, "x.csv: row 2: on line 3 the row has 1 cells where the header has 2")

	_, _, _, err = readAll("x.csv", []byte("Reference,Amount\nA1,5\nA2,6\n"), Options{Fields: twoFields, Limits: Limits{Rows: 2}})
	wantError(t, err, CodeTooLong, "more than 2 rows")

	_, _, _, err = readAll("x.csv", []byte("Reference,Amount\nA1,5\nA2,\"6\n"), Options{Fields: twoFields})
	wantError(t, err, CodeTruncated, "x.csv: ")

	boom := errors.New("boom")
	data := "Reference,Amount\nA1,5\n"
	table, err := Open("x.csv", strings.NewReader(data), int64(len(data)), Options{Fields: twoFields})
	if err != nil {
		t.Fatal(err)
	}
	if err := table.Each(func(Row) error { return boom }); err != boom {
		t.Errorf("the caller's error came back as %v", err)
	}
}

// The first error stays: a reader that has failed does not go on as if it had not.
func TestTableStaysRefused(t *testing.T) {
	data := "Reference,Amount\n\"A1\"x,5\nA2,6\n"
	table, err := Open("x.csv", strings.NewReader(data), int64(len(data)), Options{HeaderRow: 1, Fields: twoFields})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err := table.Read()
		wantError(t, err, CodeShiftedRow, "line 2")
	}
}
