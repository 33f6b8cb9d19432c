package cqc_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"

	"bellwether/ingest"
	"bellwether/ingest/internal/rowtest"
)

const (
	small    = `{"locationId":"9-1","providerId":"9-2","organisationType":"Location","name":"Fenwick House","registrationStatus":"Registered"}`
	other    = `{"locationId":"9-3","providerId":"9-2","organisationType":"Location","name":"Marram Lodge","registrationStatus":"Registered"}`
	supplier = `{"providerId":"9-2","organisationType":"Provider","name":"Wheatear Care Ltd","companiesHouseNumber":" 9900123 ","locationIds":["9-1","9-3"],
		"contacts":[{"personGivenName":"Canary","personFamilyName":"Director"}],
		"regulatedActivities":[{"name":"Personal care","nominatedIndividual":{"personGivenName":"Canary"}}]}`
	listBody = `{"total":1,"page":1,"perPage":1000,"totalPages":1,"locations":[{"locationId":"9-1","locationName":"Fenwick House","postalCode":"LK1 2AB"}]}`
	changes  = `{"total":1,"page":1,"changes":["9-1"]}`
)

func TestBodies(t *testing.T) {
	for name, in := range map[string]struct{ file, text string }{
		"provider":    {"provider.json", supplier},
		"lower_case":  {"location.json", `{"locationId":"9-1a","providerId":"9-2b","relationships":[{"relatedLocationId":"9-0c","type":"HSCA Predecessor"}]}`},
		"odd_shapes":  {"location.json", `{"locationId":"9-1","numberOfBeds":12.0,"inspectionCategories":{"name":"Residential social care","primary":true},"relationships":null,"specialisms":"none","regulatedActivities":[{"name":"Personal care"}],"currentRatings":[],"lastReport":"2020"}`},
		"bad_values":  {"location.json", `{"locationId":"9-1","registrationDate":"04/13/2018","numberOfBeds":"many","careHome":"perhaps"}`},
		"list":        {"bodies.json", "[" + small + "," + supplier + "," + listBody + "]"},
		"lines":       {"bodies.jsonl", small + "\n{\"locationId\": oops}\n" + strings.ReplaceAll(supplier, "\n", "") + "\n" + other + "\n"},
		"only_lists":  {"locations.json", "[" + listBody + "," + changes + "]"},
		"twice":       {"bodies.json", "[" + small + `,{"name":"Fenwick House","registrationStatus":"Registered","organisationType":"Location","providerId":"9-2","locationId":"9-1"},` + strings.Replace(small, "Fenwick", "Fennick", 1) + "]"},
		"something":   {"bodies.json", `[{"hello":"world"},` + small + `]`},
		"cut":         {"bodies.json", "[" + small + `,{"locationId":"9-3"`},
		"cut_line":    {"bodies.jsonl", small + "\n" + other[:40]},
		"not_json":    {"bodies.json", "Location ID,Name\n9-1,Fenwick House\n"},
		"broken":      {"location.json", `{"locationId":"9-1","name":Fenwick}`},
		"no_body":     {"location.json", `{"statusCode":401,"message":"Access denied due to missing subscription key."}`},
		"empty":       {"location.json", ""},
		"empty_list":  {"location.json", "[]"},
		"spreadsheet": {"bodies.json", string(rowtest.Workbook(t, rowtest.Sheet{Name: "Locations", Rows: [][]any{{"Location ID"}}}))},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rowtest.Run(t, api(t), in.file, []byte(in.text), nil)
			rowtest.Golden(t, "body_"+name, o.Render(err))
		})
	}
	t.Run("full", func(t *testing.T) {
		o, err := rowtest.Run(t, api(t), "location_9-100000001.json", rowtest.Read(t, "location_full.json"), nil)
		got := o.Render(err)
		rowtest.Golden(t, "location_full", got)
		if strings.Contains(got, "Canary") || strings.Contains(got, "Quillfeather") || strings.Contains(got, "01632") {
			t.Error("a name or a telephone number got through")
		}
	})
}

// packed makes a .tar.gz of files given as name, text, name, text.
func packed(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for i := 0; i < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: files[i], Mode: 0o600, Size: int64(len(files[i+1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchive(t *testing.T) {
	o, err := rowtest.Run(t, api(t), "cqc.tar.gz", packed(t,
		"location_9-1.json", small, "README.txt", "about these files", "location_9-9.json", `{"locationId":"9-9"`,
		"locations.json", listBody, "provider_9-2.json", supplier, "more.jsonl", other+"\n"+small+"\n"), nil)
	rowtest.Golden(t, "archive", o.Render(err))

	whole := packed(t, "location_9-1.json", small, "location_9-3.json", other)
	for name, content := range map[string][]byte{"archive_cut": whole[:len(whole)-20], "archive_empty_file": packed(t, "location_9-1.json", small, "location_9-3.json", "")} {
		o, err := rowtest.Run(t, api(t), "cqc.tar.gz", content, nil)
		var refused *ingest.FileError
		if !errors.As(err, &refused) || refused.File != "cqc.tar.gz" {
			t.Errorf("%s: %v", name, err)
		}
		rowtest.Golden(t, name, o.Render(err))
	}
}

func TestTablesMissing(t *testing.T) {
	f := ingest.File{Name: "a.json", Size: int64(len(small)), Body: strings.NewReader(small)}
	if err := api(t).Decode(t.Context(), f, ingest.Env{}, rowtest.New(t)); err == nil {
		t.Error("decoded without contracts")
	}
}

// stopping is an Output whose receiver fails after a number of calls.
type stopping struct {
	*rowtest.Out
	left int
}

var errStopped = errors.New("the receiver has stopped")

func (s *stopping) Row(r ingest.Row) error {
	if s.left--; s.left < 0 {
		return errStopped
	}
	return s.Out.Row(r)
}

func (s *stopping) Quarantine(p ingest.Problem) error {
	if s.left--; s.left < 0 {
		return errStopped
	}
	return s.Out.Quarantine(p)
}

func TestReceiverFails(t *testing.T) {
	text := "[" + string(rowtest.Read(t, "location_full.json")) + "," + supplier + `,{"x":1}]`
	for n := range 60 {
		out := &stopping{Out: rowtest.New(t), left: n}
		f := ingest.File{Name: "a.json", Size: int64(len(text)), Body: strings.NewReader(text)}
		err := api(t).Decode(t.Context(), f, ingest.Env{Tables: out.Tables}, out)
		if err == nil {
			if n < 15 {
				t.Errorf("after %d calls the error was lost", n)
			}
			return
		}
		if !errors.Is(err, errStopped) {
			t.Errorf("after %d calls: %v", n, err)
		}
	}
	t.Error("the error never went away")
}

func FuzzBodies(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("[" + small + "," + supplier + "," + listBody + "]"))
	f.Add(rowtest.Read(f, "location_full.json"))
	f.Add([]byte(`{"locationId":1,"currentRatings":{"overall":{"keyQuestionRatings":[{"name":[]}]}},"assessment":[{"ratings":{"asgRatings":[{"keyQuestionRatings":{}}]}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, name := range []string{"a.json", "a.jsonl"} {
			o, err := rowtest.Run(t, api(t), name, text, nil)
			var refused *ingest.FileError
			if err != nil && !errors.As(err, &refused) {
				t.Fatalf("%v", err)
			}
			for i, r := range o.Rows["cqc_location"] {
				if r["location_id"] == "" {
					t.Fatalf("location %d has no id", i)
				}
			}
		}
	})
}
