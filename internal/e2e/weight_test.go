package e2e

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestFirstPageWeighsLittle adds up what a browser that has never been here fetches for its first page, as it travels: the page, its style
// sheets, scripts, pictures and the typeface, without the chart library, which comes after the words and the tables.
func TestFirstPageWeighsLittle(t *testing.T) {
	const most = 150 << 10
	base := serve(t, demo.dir)
	chair := signIn(t, base, "chair")
	seen, total := map[string]int{}, 0
	fetch := func(path string) string {
		if _, had := seen[path]; had {
			return ""
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", "gzip, deflate, br")
		resp, err := chair.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		packed, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, %v", path, resp.StatusCode, err)
		}
		static := strings.HasPrefix(path, "/static/")
		if static && !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s isn't kept: %v", path, resp.Header)
		}
		if resp.Header.Get("Content-Encoding") == "" && !strings.HasSuffix(path, ".woff2") && len(packed) > 4<<10 {
			t.Errorf("%s travels unpacked, %d bytes", path, len(packed))
		}
		seen[path] = len(packed)
		total += len(packed)
		_, body := get(t, chair, base+path) // and once more, to read it
		return body
	}
	links := regexp.MustCompile(`(?:<link rel="(?:stylesheet|icon)"|<script|<img)[^>]* (?:href|src)="(/[^"]+)"`)
	body := regexp.MustCompile(`(?s)<noscript>.*?</noscript>`).ReplaceAllString(fetch("/market"), "") // drawings for browsers that run no scripts, which fetch no scripts
	for _, m := range links.FindAllStringSubmatch(body, -1) {
		if path := m[1]; !strings.Contains(path, "echarts") {
			sheet := fetch(path)
			for _, u := range regexp.MustCompile(`url\("(/static/[^"]+latin\.[^"]+)"\)`).FindAllStringSubmatch(sheet, -1) {
				fetch(u[1]) // the extended letters are fetched only where a name needs them
			}
		}
	}
	if len(seen) < 6 {
		t.Fatalf("the page asks for %v only", seen)
	}
	t.Logf("%d bytes in %d files: %v", total, len(seen), seen)
	if total > most {
		t.Errorf("the first page is %d bytes, at most %d", total, most)
	}
}
