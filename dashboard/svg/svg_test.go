package svg

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"bellwether/internal/tooltest"
)

// library is the chart library as npm brings it, or the test is about nothing.
func library(t testing.TB) *Renderer {
	t.Helper()
	body, err := os.ReadFile("../static/vendor/echarts.min.js")
	if err != nil {
		tooltest.Missing(t, "front-end assets aren't built: run make assets")
	}
	css, err := os.ReadFile("../static/bellwether.css")
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(body, css)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const bars = `{"xAxis":[{"type":"category","data":["a","b"]}],"yAxis":[{"type":"value","axisLabel":{"formatter":"fn:int"}}],"series":[{"type":"bar","name":"Beds","data":[1200,3],"itemStyle":{"color":"token:chart-1"}}]}`

func picture(option string) Picture {
	return Picture{Option: option, Title: `Beds </title><script>alert(1)</script>`, Description: "1,200 & 3", Width: 600, Height: 300}
}

func TestADrawingIsStableAndReadable(t *testing.T) {
	first, err := library(t).Draw(t.Context(), picture(bars))
	if err != nil {
		t.Fatal(err)
	}
	again, err := library(t).Draw(t.Context(), picture(bars))
	if err != nil || !bytes.Equal(first, again) {
		t.Fatalf("the same option gives other bytes: %v", err)
	}
	s := string(first)
	for _, want := range []string{"<svg", "<title>Beds &lt;/title&gt;", "<desc>1,200 &amp; 3</desc>", ">1,200<", "#12436D", ">a<"} {
		if !strings.Contains(s, want) {
			t.Errorf("misses %q", want)
		}
	}
	for _, bad := range []string{"<script", "token:", "fn:int", "http://127", "zr0-"} {
		if strings.Contains(s, bad) {
			t.Errorf("holds %q", bad)
		}
	}
	wellFormed(t, first)
}

func wellFormed(t *testing.T, body []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("not XML: %v", err)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	r := library(t)
	for _, name := range []string{`</text><script>alert(1)</script>`, `" onload="alert(1)`, "javascript:alert(1)", "__f__alert(1)__f__", "بيت \u202e evil", strings.Repeat("long ", 80)} {
		option := fmt.Sprintf(`{"xAxis":[{"type":"category","data":[%q]}],"yAxis":[{"type":"value"}],"series":[{"type":"bar","name":%q,"data":[1]}],"legend":{"show":true}}`, name, name)
		body, err := r.Draw(t.Context(), picture(option))
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if strings.Contains(string(body), "<script") || strings.Contains(stripText(string(body)), "onload") {
			t.Errorf("%q comes out as markup", name)
		}
		wellFormed(t, body)
	}
}

func TestRefusals(t *testing.T) {
	r := library(t)
	for name, p := range map[string]Picture{
		"too large": {Option: strings.Repeat(" ", MaxOption+1), Width: 100, Height: 100}, "no width": {Option: bars, Height: 100}, "a mile wide": {Option: bars, Width: 9000, Height: 100},
		"not JSON": {Option: "{", Width: 100, Height: 100}, "code": {Option: "alert(1)", Width: 100, Height: 100},
	} {
		if _, err := r.Draw(t.Context(), p); err == nil {
			t.Errorf("%s is drawn", name)
		} else if strings.Contains(err.Error(), "alert") {
			t.Errorf("%s: the error repeats the option", name)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Draw(gone, picture(strings.Replace(bars, "1200", "77", 1))); err == nil {
		t.Error("a request that has gone is drawn")
	}
	for _, bad := range []string{"", "<p>", `<svg><script>x</script></svg>`, `<svg><image href="https://example.org/x"/></svg>`, `<svg onload="x()"></svg>`} {
		if _, err := finish(bad, Picture{}); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
	if _, err := New([]byte("not ( javascript"), nil); err == nil {
		t.Error("a broken library compiles")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	r := library(t)
	for i := range keepPieces + 5 {
		r.remember([32]byte{byte(i)}, make([]byte, 100))
	}
	if r.order.Len() != keepPieces || len(r.kept) != keepPieces || r.bytes != keepPieces*100 {
		t.Errorf("keeps %d of %d bytes", r.order.Len(), r.bytes)
	}
	r.remember([32]byte{255, 1}, make([]byte, keepBytes))
	if r.bytes > keepBytes || r.order.Len() != 1 {
		t.Errorf("keeps %d bytes in %d", r.bytes, r.order.Len())
	}
}

func TestTokensTakeTheFirstValue(t *testing.T) {
	got := Tokens([]byte(`:root{--bw-ink:#0b0c0c;--bw-font:"x"}@media dark{--bw-ink:#fff}`))
	if got["ink"] != "#0b0c0c" || len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// Both scripts must know the same names of formatters.
func TestFormattersAreThoseOfTheBrowser(t *testing.T) {
	body, err := os.ReadFile("../static/charts.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"int", "month", "name", "block"} {
		if !strings.Contains(string(body), "    "+name+": (") || !strings.Contains(drawJS, "    "+name+": (") {
			t.Errorf("the formatter %s isn't known to both", name)
		}
	}
}
