package jsonrows_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/ingest/jsonrows"
)

func TestLenient(t *testing.T) {
	type inner struct {
		Name jsonrows.Text `json:"name"`
	}
	type body struct {
		A jsonrows.Text                `json:"a"`
		L jsonrows.List[inner]         `json:"l"`
		W jsonrows.List[jsonrows.Text] `json:"w"`
		O jsonrows.Object[inner]       `json:"o"`
	}
	tests := []struct{ in, want string }{
		{`{}`, `"" [] [] false ""`},
		{`{"a":null,"l":null,"w":null,"o":null}`, `"" [] [] false ""`},
		{`{"a":" 1 ","l":[{"name":"x"}],"w":["p","q"],"o":{"name":"y"}}`, `"1" [x] [p q] true "y"`},
		{`{"a":34,"l":{"name":3.50},"w":"p","o":[]}`, `"34" [3.50] [p] false ""`},
		{`{"a":true,"l":"x","w":7,"o":"y"}`, `"true" [] [7] false ""`},
		{`{"a":{"b":1},"l":[{"name":{}},4,"x",null],"w":[{},"p"],"o":{"name":[1]}}`, `"" [ ] [ p] true ""`},
	}
	for _, tt := range tests {
		var b body
		if err := json.Unmarshal([]byte(tt.in), &b); err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		var names []string
		for _, i := range b.L {
			names = append(names, i.Name.String())
		}
		if got := fmt.Sprintf("%q %v %v %v %q", b.A, names, b.W, b.O.Present, b.O.Value.Name); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.in, got, tt.want)
		}
	}
}

type packed struct{ name, text string }

func inTar(t *testing.T, files ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o600, Size: int64(len(f.text)), Format: tar.FormatUSTAR}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func inGzip(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func inZip(t *testing.T, files ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		e, err := w.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(e, f.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFiles(t *testing.T) {
	object := `{"a":1}`
	files := []packed{{"x/a.json", object}, {"b.jsonl", object + "\n"}, {"e.txt", "words"}, {"f.csv", "a,b"}}
	all := []string{`x/a.json {"a":1}`, `b.jsonl lines {"a":1}`, "stray e.txt wrong_type", "stray f.csv wrong_type"}
	tests := []struct {
		name    string
		content []byte
		want    []string
		refused string
	}{
		{"one.json", []byte(object), []string{`one.json whole {"a":1}`}, ""},
		{"one.jsonl", []byte(object), []string{`one.jsonl whole lines {"a":1}`}, ""},
		{"one.json.gz", inGzip(t, []byte(object)), []string{`one.json whole {"a":1}`}, ""},
		{"many.tar", inTar(t, files...), all, ""},
		{"many.tar.gz", inGzip(t, inTar(t, files...)), all, ""},
		{"many.zip", inZip(t, files...), all, ""},
		{"many.tar", inTar(t, packed{"a.json", object}, packed{"c.json", "plain words"}), nil, "c.json: the file is named .json but it is text"},
		{"many.zip", inZip(t, packed{"a.json", object}, packed{"d.json", ""}), nil, "d.json: the file is empty"},
		{"one.json", []byte("plain words"), nil, "one.json: the file is named .json but it is text"},
		{"one.json", nil, nil, "the file is empty"},
		{"one.zip", []byte(object), nil, "named .zip but it is JSON"},
		{"one.tar.gz", inGzip(t, inTar(t, files...))[:60], nil, "one.tar.gz"},
		{"one", []byte("%PDF-1.4"), nil, "the file is a PDF document, not JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			err := jsonrows.Files(tt.name, bytes.NewReader(tt.content), int64(len(tt.content)), func(f jsonrows.File) error {
				text, err := io.ReadAll(f.Text)
				line := f.Name
				if f.Whole {
					line += " whole"
				}
				if f.Lines {
					line += " lines"
				}
				got = append(got, line+" "+strings.TrimSpace(string(text)))
				return err
			}, func(name, code, reason string) error {
				got = append(got, "stray "+name+" "+code)
				return nil
			})
			if tt.refused != "" {
				if err == nil || !strings.Contains(err.Error(), tt.refused) {
					t.Errorf("error %v, want %s", err, tt.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
