package gen

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
	"testing"
)

// sheetRows reads the second sheet of a workbook: cells as text, dates as serial numbers.
func sheetRows(t *testing.T, data []byte) [][]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	part := func(name string, into any) {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.NewDecoder(f).Decode(into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_ = f.Close()
	}
	var shared struct {
		Items []string `xml:"si>t"`
	}
	var body struct {
		Rows []struct {
			Cells []struct {
				Ref   string `xml:"r,attr"`
				Kind  string `xml:"t,attr"`
				Style int    `xml:"s,attr"`
				Value string `xml:"v"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	part("xl/sharedStrings.xml", &shared)
	part("xl/worksheets/sheet2.xml", &body)
	var out [][]string
	for _, r := range body.Rows {
		row := make([]string, len(complaintHeader))
		for _, c := range r.Cells {
			at := int(c.Ref[0] - 'A')
			row[at] = c.Value
			if c.Kind == "s" {
				i, err := strconv.Atoi(c.Value)
				if err != nil || i >= len(shared.Items) {
					t.Fatalf("cell %s points outside the shared text", c.Ref)
				}
				row[at] = shared.Items[i]
			} else if c.Style != 1 {
				t.Fatalf("cell %s is a number without the date style", c.Ref)
			}
		}
		out = append(out, row)
	}
	return out
}

// complaintsByHome counts the complaints of the logs by home and week; a later row of a
// reference replaces an earlier one.
func complaintsByHome(t *testing.T) map[string][]float64 {
	t.Helper()
	first := start.monday()
	homes, when := map[string]string{}, map[string]Day{}
	for _, f := range made(t) {
		if !strings.Contains(f.Path, "/complaints/") {
			continue
		}
		for _, r := range sheetRows(t, f.Data)[4:] {
			serial, err := strconv.Atoi(r[1])
			if err != nil {
				t.Fatalf("%s: %v", f.Path, err)
			}
			homes[r[0]], when[r[0]] = r[6], Day(serial-25569)
		}
	}
	out := map[string][]float64{}
	for ref, h := range homes {
		if h == "" {
			continue
		}
		w := int(when[ref]-first) / 7
		for len(out[h]) <= w {
			out[h] = append(out[h], 0)
		}
		out[h][w]++
	}
	return out
}
