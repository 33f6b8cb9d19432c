package release

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"time"
)

//go:embed bundle.html
var pageText string

var page = template.Must(template.New("bundle").Parse(pageText))

// Bundle is what answers one request: a table a subject, as CSV and on one page. It is made of published counts alone: no workbook, nothing
// hidden, no names of people or providers, and the same again whenever it is made from the same snapshot.
type Bundle struct {
	Reference, Authority, Snapshot string
	AsOf                           time.Time
	Span                           Span
	Sheets                         []Sheet
}

// Zip packs the bundle.
func (b Bundle) Zip() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	add := func(name string, body []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.AsOf.UTC()})
		if err == nil {
			_, err = w.Write(body)
		}
		return err
	}
	var html bytes.Buffer
	if err := page.Execute(&html, b); err != nil {
		return nil, fmt.Errorf("release: %w", err)
	}
	if err := add("index.html", html.Bytes()); err != nil {
		return nil, fmt.Errorf("release: %w", err)
	}
	for _, s := range b.Sheets {
		var body bytes.Buffer
		if err := s.CSV(&body); err != nil {
			return nil, fmt.Errorf("release: %w", err)
		}
		if err := add(s.Subject.Name+".csv", body.Bytes()); err != nil {
			return nil, fmt.Errorf("release: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("release: %w", err)
	}
	return out.Bytes(), nil
}

// Last is the last day counted.
func (s Span) Last() time.Time { return s.To.AddDate(0, 0, -1) }

// Hash names a bundle by its content.
func Hash(bundle []byte) string {
	sum := sha256.Sum256(bundle)
	return hex.EncodeToString(sum[:])
}
