package decode

import (
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// widen writes a text with two bytes a letter, as Excel's "Unicode text" has them.
func widen(s string, big, marked bool) string {
	var b strings.Builder
	put := func(u uint16) {
		if big {
			b.Write([]byte{byte(u >> 8), byte(u)})
		} else {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
	}
	if marked {
		put(0xfeff)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		put(u)
	}
	return b.String()
}

func TestWideText(t *testing.T) {
	word := "Concern Ref\tProvider\nC1\tZoë’s café £5 😀\n"
	for _, text := range []string{word, strings.Repeat(word, 10_000)} { // the second runs past every buffer
		for _, c := range []struct {
			big, marked bool
			want        string
		}{{false, true, EncodingUTF16LE}, {false, false, EncodingUTF16LE}, {true, true, EncodingUTF16BE}, {true, false, EncodingUTF16BE}} {
			f, got, err := decodeText(t, widen(text, c.big, c.marked))
			if err != nil || got != text || f.Encoding != c.want || f.Suspect {
				t.Errorf("big %v, marked %v: %v, %d of %d letters, %+v", c.big, c.marked, err, len(got), len(text), f)
			}
		}
	}
	// Half of a pair spoils its own row only.
	f, got, err := decodeText(t, widen("a,b\n", false, true)+"\x3d\xd8\n\x00x\x00\n\x00")
	if err != nil || !f.Suspect || got != "a,b\n\xff\nx\n" {
		t.Errorf("%q, %+v, %v", got, f, err)
	}
	f, got, err = decodeText(t, "\xff\xfea\x00\x3d\xd8")
	if err != nil || !f.Suspect || got != "a\xff" {
		t.Errorf("half a pair at the end: %q, %+v, %v", got, f, err)
	}
	_, _, err = decodeText(t, widen("a,b\n", true, true)+"x")
	wantError(t, err, CodeTruncated, "middle of a letter")
}

// Any text comes back from any of the four ways of writing it wide, whatever pieces it is read in.
func TestWideTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zé€😀,\n]{1,80}`).Draw(t, "text")
		big := rapid.Bool().Draw(t, "big")
		r := &wideReader{src: strings.NewReader(widen(text, big, false)), big: big}
		piece := make([]byte, rapid.IntRange(1, 9).Draw(t, "piece"))
		var got strings.Builder
		for {
			n, err := r.Read(piece)
			got.Write(piece[:n])
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if got.String() != text {
			t.Fatalf("%q came back as %q", text, got.String())
		}
	})
}

// A text of one byte a letter is not taken for a wide one, whatever stands in it.
func TestNarrowTextIsNotWide(t *testing.T) {
	for _, s := range []string{"", "a", "a,b\n", "caf\xe9,\x80\n", "\xef\xbb\xbfé", strings.Repeat("x", 600), "a\x00b", "\x00a\x00\x00", "\x00\x00\x00\x00"} {
		if e, mark, err := wideOf([]byte(s)); e != "" || mark != 0 || err != nil {
			t.Errorf("%q: %q, %d, %v", s, e, mark, err)
		}
	}
}
