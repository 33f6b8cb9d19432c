package rowtest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	sampledata "bellwether/sample-data"
)

// extensions are those that a source without a list of its own takes.
var extensions = []string{".csv", ".xlsx", ".ods"}

func extensionsOf(s ingest.Source) []string {
	if len(s.Extensions) > 0 {
		return s.Extensions
	}
	return extensions
}

// Fuzz fuzzes the decoders of a family: whatever the bytes, under any of the names that a source takes, they are read to rows that fit the
// contract or refused in words, the same way twice. It begins with the fictional county's files of each source.
func Fuzz(f *testing.F, all []ingest.Source) {
	for which, s := range all {
		for _, seed := range seeds(f, s.Name) {
			f.Add(byte(which), byte(slices.Index(extensionsOf(s), path.Ext(seed.name))), seed.content)
		}
	}
	f.Fuzz(func(t *testing.T, which, ext byte, content []byte) {
		s := all[int(which)%len(all)]
		list := extensionsOf(s)
		hold(t, s, "a"+list[int(ext)%len(list)], content)
	})
}

// Mutate reads n changed copies of each source's seeds: the short form of Fuzz that every test run can afford, the same each time.
func Mutate(t *testing.T, all []ingest.Source, n int) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, s := range all {
		from := seeds(t, s.Name)
		if len(from) == 0 {
			t.Fatalf("the fictional county has no file of %s", s.Name)
		}
		for i := range n {
			seed := from[i%len(from)]
			content := slices.Clone(seed.content)
			for range 1 + random.IntN(4) {
				content = mutate(random, content)
			}
			hold(t, s, seed.name, content)
		}
	}
}

// hold holds a decoder to what every decoder promises.
func hold(t *testing.T, s ingest.Source, name string, content []byte) {
	t.Helper()
	first, err := read(t, s, name, content)
	var refused *ingest.FileError
	if err != nil {
		if !errors.As(err, &refused) {
			t.Fatalf("%s: %s: neither read nor refused in words: %v\n%.400q", s.Name, name, err, content)
		}
		if refused.Reason == "" || !slices.Contains(contract.Codes(), refused.Code) {
			t.Fatalf("%s: %s: a refusal without a reason or with an unknown code: %+v\n%.400q", s.Name, name, refused, content)
		}
	}
	for _, p := range first.Problems {
		if p.Row < 0 || p.Reason == "" {
			t.Fatalf("%s: %s: a problem without a row or a reason: %+v\n%.400q", s.Name, name, p, content)
		}
	}
	again, err2 := read(t, s, name, content)
	if (err == nil) != (err2 == nil) || !cmp.Equal(first.Numbers, again.Numbers) || !cmp.Equal(first.Words(), again.Words()) {
		t.Fatalf("%s: %s: read twice, two answers\n%.400q", s.Name, name, content)
	}
}

func read(t *testing.T, s ingest.Source, name string, content []byte) (*Out, error) {
	o := New(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // ends what would never end
	defer cancel()
	f := ingest.File{Name: name, Size: int64(len(content)), Received: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Body: bytes.NewReader(content)}
	return o, s.Decoder.Decode(ctx, f, ingest.Env{Tables: o.Tables}, o)
}

type seed struct {
	name    string
	content []byte
}

// Bounds of a seed: the head of a text says what its format is, and a workbook is needed whole.
const (
	seedLines = 12
	seedBytes = 48 << 10
	seedFiles = 3
)

// seeds are the fictional county's files of a source, texts cut to their head.
func seeds(t testing.TB, source string) (out []seed) {
	t.Helper()
	err := fs.WalkDir(sampledata.Larkshire, "larkshire/inbox/"+source, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || len(out) == seedFiles {
			return err
		}
		raw, err := fs.ReadFile(sampledata.Larkshire, p)
		if err != nil {
			return err
		}
		switch path.Ext(p) {
		case ".csv", ".jsonl":
			raw = head(raw)
		case ".zip":
			z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
			if err != nil {
				return err
			}
			for _, m := range z.File[:1] { // what is inside is changed too, not only the archive around it
				inside, err := fs.ReadFile(z, m.Name)
				if err != nil {
					return err
				}
				out = append(out, seed{path.Base(m.Name), head(inside)})
			}
		}
		if len(raw) <= seedBytes {
			out = append(out, seed{path.Base(p), raw})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func head(raw []byte) []byte {
	lines := bytes.SplitAfter(raw, []byte("\n"))
	return bytes.Join(lines[:min(seedLines, len(lines))], nil)
}

// tokens are pieces that break parsers.
var tokens = []string{"\x00", "\xef\xbb\xbf", "\xff\xfe", "\"", "\"\"", ",", ";", "\t", "|", "\r", "\n", "\r\n", "'", "=1+1", "\xa3", "1e9999", "-0", "99999999999999999999", "31/02/2026", "13/13/2026",
	"29-Feb-27", "46082", "0001-01-01", "#N/A", "[c]", "null", "{", "}", "[", "]", "{}", "\\u0000", "\u202e", strings.Repeat("9", 400), strings.Repeat(",", 60), strings.Repeat("\n", 30)}

// mutate changes content once.
func mutate(r *rand.Rand, b []byte) []byte {
	if len(b) == 0 {
		return []byte(tokens[r.IntN(len(tokens))])
	}
	at := r.IntN(len(b))
	to := min(len(b), at+1+r.IntN(40))
	switch r.IntN(6) {
	case 0: // a bit
		b[at] ^= 1 << r.IntN(8)
		return b
	case 1: // a piece lost
		return slices.Delete(b, at, to)
	case 2: // a piece twice
		return slices.Insert(b, to, slices.Clone(b[at:to])...)
	case 3: // broken off
		return b[:at]
	case 4: // a line elsewhere
		lines := bytes.SplitAfter(b, []byte("\n"))
		i, j := r.IntN(len(lines)), r.IntN(len(lines))
		lines[i], lines[j] = lines[j], lines[i]
		return bytes.Join(lines, nil)
	default: // a piece that breaks parsers
		return slices.Insert(b, at, []byte(tokens[r.IntN(len(tokens))])...)
	}
}
