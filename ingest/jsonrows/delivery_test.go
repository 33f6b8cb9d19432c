package jsonrows

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"bellwether/ingest/decode"
)

func archive(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, files[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What a delivery hands over and what it holds, by kind of damage.
func TestDelivery(t *testing.T) {
	for _, c := range []struct {
		name, file, content string
		values, held        string
		refused             string
	}{
		{"one object", "a.json", `{"a":1}`, `1 {"a":1}`, "", ""},
		{"a list", "a.json", `[{"a":1},{"a":2}]`, `1 {"a":1}|2 {"a":2}`, "", ""},
		{"lines, one broken", "a.jsonl", "{\"a\":1}\n{\"a\"\n{\"a\":3}\n", `1 {"a":1}|2 {"a"|3 {"a":3}`, "", ""}, // whoever decodes a line learns that it is broken
		{"cut", "a.json", `{"a":1`, "", "", "truncated"},
		{"archive with a stray", "a.zip", archive(t, "b.json", `{"a":1}`, "c.txt", "Notes of the export", "d.json", `{"a":`, "e.json", `{"a":4}`), `1 {"a":1}|4 {"a":4}`, "2 wrong_type in c.txt|3 truncated in d.json", ""},
		{"no JSON", "a.json", "<html><body>", "", "", "wrong_type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var values, held []string
			d := &Delivery{Ctx: t.Context(), Name: c.file, Quarantine: func(no int64, code, reason string) error {
				where := ""
				if strings.HasPrefix(reason, "in ") {
					where, _, _ = strings.Cut(" "+reason, ":")
				}
				held = append(held, fmt.Sprintf("%d %s%s", no, code, where))
				return nil
			}}
			err := d.Read(strings.NewReader(c.content), int64(len(c.content)), d.Sound(func(_ File, v Value) error {
				values = append(values, fmt.Sprintf("%d %s", d.No, v.Raw))
				return nil
			}))
			var e *decode.Error
			if (err != nil) != (c.refused != "") || err != nil && (!errors.As(err, &e) || e.Code != c.refused || e.NextStep == "") {
				t.Fatalf("refused %v, want %q", err, c.refused)
			}
			if got := strings.Join(values, "|"); got != c.values {
				t.Errorf("values %q, want %q", got, c.values)
			}
			if got := strings.Join(held, "|"); got != c.held || (len(held) > 0) != (d.First != "") {
				t.Errorf("held %q, want %q; first %q", got, c.held, d.First)
			}
		})
	}
}

func TestDeliveryStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	fault := errors.New("no room")
	d := &Delivery{Ctx: ctx, Name: "a.jsonl", Quarantine: func(int64, string, string) error { return fault }}
	read := func(content string, value func(File, Value) error) error {
		return d.Read(strings.NewReader(content), int64(len(content)), d.Sound(value))
	}
	if err := read("{}\n{}\n", func(File, Value) error { return fault }); !errors.Is(err, fault) {
		t.Errorf("an error of the receiver: %v", err)
	}
	d.Name = "a.zip"
	if err := read(archive(t, "c.txt", "Notes of the export"), func(File, Value) error { return nil }); !errors.Is(err, fault) {
		t.Errorf("an error of the quarantine: %v", err)
	}
	d.Name = "a.jsonl"
	cancel()
	if err := read("{}\n", func(File, Value) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
