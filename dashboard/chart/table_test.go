package chart

import (
	"html/template"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bellwether/dashboard/link"
)

// asTemplates is the same table as html/template writes it, with all its care.
var asTemplates = template.Must(template.New("").Parse(
	`{{range .Rows}}<tr>{{range $i, $c := .}}{{if eq $i 0}}<th scope="row">{{template "cell" $c}}</th>{{else}}<td{{if $c.Number}} class="bw-num"{{end}}>{{template "cell" $c}}</td>{{end}}{{end}}</tr>{{end}}` +
		`{{define "cell"}}{{if .Link}}<a href="{{.Link}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}{{end}}`))

func TestTablesAreWrittenAsTemplatesWriteThem(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[<>&'"+a-c\x00 ]{0,12}`))
	rapid.Check(t, func(t *rapid.T) {
		var table Table
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			var row []Cell
			for range rapid.IntRange(1, 4).Draw(t, "cells") {
				c := Cell{Text: text.Draw(t, "text"), Number: rapid.Bool().Draw(t, "number")}
				if rapid.Bool().Draw(t, "linked") {
					c.Link = link.Records("placements", "area", text.Draw(t, "area"), "kind", text.Draw(t, "kind"))
				}
				row = append(row, c)
			}
			table.Rows = append(table.Rows, row)
		}
		var want strings.Builder
		if err := asTemplates.Execute(&want, table); err != nil {
			t.Fatal(err)
		}
		if got := string(table.Body()); got != want.String() {
			t.Fatalf("got  %s\nwant %s", got, want.String())
		}
	})
}

// TestNoOtherAddressBecomesALink: where an address was not made by this dashboard its cell is words alone.
func TestNoOtherAddressBecomesALink(t *testing.T) {
	for _, address := range []string{"javascript:alert(1)", "//elsewhere.example/x", "https://elsewhere.example", `/x" onclick="y`, "/x y", "/x<y", "/é", "\\\\x", " /x"} {
		if got := (Table{Rows: [][]Cell{{{Text: "a<b", Link: address}}}}).Body(); got != `<tr><th scope="row">a&lt;b</th></tr>` {
			t.Errorf("%q: %s", address, got)
		}
	}
}
