// Package static holds what browsers fetch besides pages: style sheets, scripts and fonts, served under names that hold their content's fingerprint.
package static

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"

	"bellwether/dashboard/class"
)

// The star takes the vendor folder in when it has been built and does without it when it hasn't.
//
//go:embed *
var embedded embed.FS

// Files serves the static files under names that hold their content's fingerprint, so that they may be cached for ever.
type Files struct {
	// Built says whether the front-end packages are among them.
	Built  bool
	names  map[string]string // "app.js" → "app.1a2b3c4d5e6f.js"
	served map[string]*asset // by fingerprinted name
}

type asset struct {
	body, gzipped, brotlied []byte
	kind                    string
	once                    sync.Once
}

var cssURL = regexp.MustCompile(`url\(["']?([A-Za-z0-9_./-]+)["']?\)`)

// Load reads the embedded files and makes the style sheet that prints the markings.
func Load(m class.Markings) (*Files, error) {
	a := &Files{names: map[string]string{}, served: map[string]*asset{}}
	files := map[string][]byte{"marking.css": markingCSS(m)}
	err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".go" {
			return err
		}
		body, err := embedded.ReadFile(name)
		files[name] = body
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("static: reading embedded files: %w", err)
	}
	_, a.Built = files["vendor/echarts.min.js"]
	order := make([]string, 0, len(files))
	for name := range files {
		order = append(order, name)
	}
	// Style sheets come last, when the names of the files that they point at are known.
	sort.Slice(order, func(i, j int) bool {
		if ci, cj := path.Ext(order[i]) == ".css", path.Ext(order[j]) == ".css"; ci != cj {
			return cj
		}
		return order[i] < order[j]
	})
	for _, name := range order {
		body := files[name]
		if path.Ext(name) == ".css" {
			body = cssURL.ReplaceAllFunc(body, func(m []byte) []byte {
				if to, ok := a.names[string(cssURL.FindSubmatch(m)[1])]; ok {
					return []byte(`url("/static/` + to + `")`)
				}
				return m
			})
		}
		a.add(name, body)
	}
	return a, nil
}

func (a *Files) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	printed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	kind := mime.TypeByExtension(ext)
	switch ext {
	case ".js":
		kind = "text/javascript; charset=utf-8"
	case ".css":
		kind = "text/css; charset=utf-8"
	case ".woff2":
		kind = "font/woff2"
	case ".svg":
		kind = "image/svg+xml"
	}
	if kind == "" {
		kind = "text/plain; charset=utf-8"
	}
	a.names[name], a.served[printed] = printed, &asset{body: body, kind: kind}
}

// URL gives the address of a static file; a file that hasn't been built has none.
func (a *Files) URL(name string) string {
	if n, ok := a.names[name]; ok {
		return "/static/" + n
	}
	return ""
}

// Raw gives a file's content, nil for one that hasn't been built.
func (a *Files) Raw(name string) []byte {
	if f, ok := a.served[a.names[name]]; ok {
		return f.body
	}
	return nil
}

// ServeHTTP serves one file by its fingerprinted name.
func (a *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := a.served[strings.TrimPrefix(r.URL.Path, "/static/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := f.body
	if f.kind != "font/woff2" {
		f.once.Do(f.compress)
		switch asked := r.Header.Get("Accept-Encoding"); {
		case takes(asked, "br"):
			body = f.brotlied
			h.Set("Content-Encoding", "br")
		case takes(asked, "gzip"):
			body = f.gzipped
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) //nolint:gosec // one of the embedded files, found by its exact name
	}
}

// brotliLevel is where the chart library still packs in a fifth of a second; the eleventh level takes seconds for a few per cent.
const brotliLevel = 9

// compress packs a file both ways, once. Writing to memory at a level that exists can't fail.
func (f *asset) compress() {
	var g, b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&g, gzip.BestCompression)
	_, _ = z.Write(f.body)
	_ = z.Close()
	br := brotli.NewWriterLevel(&b, brotliLevel)
	_, _ = br.Write(f.body)
	_ = br.Close()
	f.gzipped, f.brotlied = g.Bytes(), b.Bytes()
}

// markingCSS prints the marking at the head and the foot of every page on paper.
func markingCSS(m class.Markings) []byte {
	quote := func(s string) string {
		return `"` + strings.NewReplacer(`\`, `\5c `, `"`, `\22 `, "\n", " ", "\r", " ", "<", `\3c `).Replace(s) + `"`
	}
	var b strings.Builder
	for _, page := range [][2]string{{"open", m.Open}, {"sensitive", m.Sensitive}} {
		name, text := page[0], page[1]
		fmt.Fprintf(&b, "@page %s{size:A4;margin:22mm 14mm 20mm;@top-center{content:%s;font:700 10pt sans-serif}@bottom-center{content:%s;font:700 10pt sans-serif}@bottom-right{content:counter(page) \" of \" counter(pages);font:9pt sans-serif}}\n@media print{body.bw-marked-%s{page:%s}}\n",
			name, quote(text), quote(text), name, name)
	}
	return []byte(b.String())
}

// FrontEndPackage is a package from npm that is embedded.
type FrontEndPackage struct{ Name, Version, Licence string }

// packageLine heads the licence of each embedded package.
var packageLine = regexp.MustCompile(`(?m)^(\S+) (\d\S*) \(([^()]+)\)$`)

// FrontEndPackages names the embedded packages; there are none where the assets haven't been built.
func FrontEndPackages() []FrontEndPackage {
	text, err := embedded.ReadFile("vendor/LICENCES.txt")
	if err != nil {
		return nil
	}
	var out []FrontEndPackage
	for _, m := range packageLine.FindAllSubmatch(text, -1) {
		out = append(out, FrontEndPackage{string(m[1]), string(m[2]), string(m[3])})
	}
	return out
}

// takes says whether an Accept-Encoding header takes a coding: named, and not with a weight of nought.
func takes(header, coding string) bool {
	for one := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(one), ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		_, q, has := strings.Cut(strings.TrimSpace(weight), "=")
		w, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !has || err == nil && w > 0
	}
	return false
}
