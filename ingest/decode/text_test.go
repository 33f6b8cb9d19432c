package decode

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func decodeText(t *testing.T, data string) (*TextFile, string, error) {
	t.Helper()
	f, err := Text(strings.NewReader(data), int64(len(data)), Limits{})
	if err != nil {
		return nil, "", err
	}
	out, err := io.ReadAll(f.Reader())
	if err != nil {
		t.Fatal(err)
	}
	again, err := io.ReadAll(f.Reader())
	if err != nil || !bytes.Equal(out, again) {
		t.Fatalf("a second pass gives other text (%v)", err)
	}
	return f, string(out), nil
}

func over(s string, times int, windows bool) string {
	for range times {
		s = encodeOver(s, windows)
	}
	return s
}

func TestTextEncodings(t *testing.T) {
	const mark = "\ufeff"
	word := "Name,Zoë’s café – £5\n"
	long := strings.Repeat(word, 20_000) // past every buffer, so letters fall across their ends
	tests := []struct {
		name, data, want string
		encoding         string
		layers           int
		suspect          bool
		lost             int64
	}{
		{name: "ascii", data: "a,b\n1,2\n", want: "a,b\n1,2\n", encoding: EncodingUTF8},
		{name: "empty", data: "", want: "", encoding: EncodingUTF8},
		{name: "utf-8", data: word, want: word, encoding: EncodingUTF8},
		{name: "utf-8 long", data: long, want: long, encoding: EncodingUTF8},
		{name: "utf-8 marked", data: mark + word, want: word, encoding: EncodingUTF8},
		{name: "encoded twice", data: over(mark+word, 1, false), want: word, encoding: EncodingUTF8, layers: 1},
		{name: "encoded twice as windows", data: over(mark+word, 1, true), want: word, encoding: EncodingUTF8, layers: 1},
		{name: "encoded three times", data: over(mark+word, 2, false), want: word, encoding: EncodingUTF8, layers: 2},
		{name: "encoded four times", data: over(mark+word, 3, true), want: word, encoding: EncodingUTF8, layers: 3},
		{name: "encoded twice long", data: over(mark+long, 1, true), want: long, encoding: EncodingUTF8, layers: 1},
		{name: "encoded twice, marked again", data: mark + over(mark+word, 1, false), want: word, encoding: EncodingUTF8, layers: 1},
		{name: "only the mark encoded twice", data: over(mark, 1, false) + word, want: word, encoding: EncodingUTF8},
		{name: "only the mark, ascii text", data: over(mark, 1, false) + "a,b\n", want: "a,b\n", encoding: EncodingUTF8, layers: 1},
		{name: "windows", data: "caf\xe9 \x96 \xa35 \x80\n", want: "café – £5 €\n", encoding: EncodingCP1252},
		{name: "windows unassigned byte", data: "caf\xe9 \x81\n", want: "café \u0081\n", encoding: EncodingCP1252, suspect: true},
		{name: "windows long", data: strings.Repeat("caf\xe9,\x93x\x94\n", 30_000), want: strings.Repeat("café,“x”\n", 30_000), encoding: EncodingCP1252},
		{name: "mostly utf-8", data: strings.Repeat("é", 20) + "\n\xe9\n", want: strings.Repeat("é", 20) + "\n\xe9\n", encoding: EncodingUTF8, suspect: true},
		{name: "marked but not utf-8", data: mark + "caf\xe9\n", want: "caf\xe9\n", encoding: EncodingUTF8, suspect: true},
		{name: "mostly windows", data: strings.Repeat("\xa35 ", 20) + "Â£\n", want: strings.Repeat("£5 ", 20) + "Ã‚Â£\n", encoding: EncodingCP1252},
		{name: "lost dash", data: "a \u0080\u0093 b\n", want: "a \u0080\u0093 b\n", encoding: EncodingUTF8, lost: 2},
		{name: "control character", data: strings.Repeat("x", 200) + "\v\n", want: strings.Repeat("x", 200) + "\v\n", encoding: EncodingUTF8, suspect: true},
		{name: "old Macintosh line ends", data: "a,b\r1,2\r", want: "a,b\n1,2\n", encoding: EncodingUTF8},
		{name: "cut in a letter", data: strings.Repeat("é", 20) + "\xc3", want: strings.Repeat("é", 20) + "\xc3", encoding: EncodingUTF8, suspect: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, got, err := decodeText(t, tt.data)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %.80q, want %.80q", got, tt.want)
			}
			if f.Encoding != tt.encoding || f.Layers != tt.layers || f.Suspect != tt.suspect || f.Lost != tt.lost {
				t.Errorf("got %s, %d layers, suspect %v, lost %d", f.Encoding, f.Layers, f.Suspect, f.Lost)
			}
		})
	}
}

func TestTextRefused(t *testing.T) {
	tests := []struct{ name, data, says string }{
		{"utf-32 big", "\x00\x00\xfe\xff\x00\x00\x00a", "UTF-32"},
		{"utf-32 little", "\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32"},
		{"NUL", "a,b\n1,2\n" + strings.Repeat("x", 100) + "\x00\n", "line 3 holds a NUL"},
		{"controls", "\x01\x02\x03abc", "3 of 6 bytes"},
		{"two encodings", "é\n\xe9\n", "line 2 is not UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := decodeText(t, tt.data)
			wantError(t, err, CodeBadEncoding, tt.says)
		})
	}
	_, err := Text(strings.NewReader("abc"), 3, Limits{FileBytes: 2})
	wantError(t, err, CodeTooLong, "larger than the limit of 2 bytes")
}

// A reader that gives one byte at a time meets every place where a letter or a line end can be cut.
func TestTextReadersInSmallPieces(t *testing.T) {
	for name, f := range map[string]*TextFile{
		"windows": {Encoding: EncodingCP1252, src: strings.NewReader("\x80\x93x\x94"), size: 4},
		"peeled":  {Encoding: EncodingUTF8, Layers: 2, src: strings.NewReader(over("é–", 2, true)), size: int64(len(over("é–", 2, true)))},
	} {
		whole, _ := io.ReadAll(f.Reader())
		r, got := f.Reader(), []byte{}
		for one := make([]byte, 1); ; {
			n, err := r.Read(one)
			got = append(got, one[:n]...)
			if err != nil {
				break
			}
		}
		if string(got) != string(whole) || len(got) == 0 {
			t.Errorf("%s: got %q, want %q", name, got, whole)
		}
	}
}
