package gen

import (
	"archive/tar"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"path"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

// What follows reads the files back without any of the generator's own knowledge, as a stranger
// would: the calculations of the tests rest on it.

type home struct {
	id, provider, brand, kind, postcode string
	beds                                int
	careHome, registered                bool
}

type row struct {
	ref, home, share, theme, adult, alleged, referrer string
	received, recorded                                Day
}

type seen struct {
	homes    []home
	byID     map[string]home
	concerns []row
}

var theFiles = sync.OnceValues(func() ([]File, error) { return Files(Seed) })

func made(t *testing.T) []File {
	t.Helper()
	files, err := theFiles()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func parseUK(t *testing.T, s string) Day {
	t.Helper()
	d, err := time.Parse(ukLayout, s)
	if err != nil {
		return 0
	}
	return Day(d.Unix() / 86400)
}

var (
	lookOnce sync.Once
	looked   = &seen{byID: map[string]home{}}
)

// look reads everything that was received by the as-of date, the newest row of each reference.
func look(t *testing.T) *seen {
	t.Helper()
	lookOnce.Do(func() { readAll(t, looked) })
	return looked
}

func readAll(t *testing.T, s *seen) {
	t.Helper()
	bodies := map[string][]byte{}
	newest := map[string][]string{}
	for _, f := range made(t) {
		switch {
		case strings.Contains(f.Path, "/cqc_api/"):
			untar(t, f.Data, bodies)
		case strings.Contains(f.Path, "/safeguarding_concerns/"):
			for _, r := range readCSV(t, bytes.TrimPrefix(f.Data, []byte("\xef\xbb\xbf")))[1:] {
				newest[r[0]] = r
			}
		}
	}
	for name, data := range bodies {
		if !strings.HasPrefix(name, "location_") {
			continue
		}
		var b locationBody
		if err := json.Unmarshal(data, &b); err != nil {
			t.Fatal(err)
		}
		s.byID[b.LocationID] = home{b.LocationID, b.ProviderID, b.BrandID, b.Services[0].Name, b.Postcode, b.Beds, b.CareHome == "Y", b.Status == "Registered"}
	}
	byPostcode := map[string]string{}
	for _, h := range s.byID {
		s.homes = append(s.homes, h)
		if h.registered {
			byPostcode[h.postcode] = h.id
		}
	}
	sort.Slice(s.homes, func(i, j int) bool { return s.homes[i].id < s.homes[j].id })
	for _, r := range newest {
		k := row{ref: r[0], received: parseUK(t, r[1]), recorded: parseUK(t, r[2]), theme: strings.Split(r[6], "; ")[0], home: r[11], adult: r[13], alleged: r[14], referrer: r[15]}
		if k.home == "" {
			k.home = byPostcode[r[12]]
		}
		k.share = attribute(r[7], r[8], r[9], r[15])
		s.concerns = append(s.concerns, k)
	}
	sort.Slice(s.concerns, func(i, j int) bool { return s.concerns[i].ref < s.concerns[j].ref })
}

// attribute is the rule by which the loader tells whose act a concern is about.
func attribute(where, source, relation, referrer string) string {
	provider := strings.HasPrefix(source, "Service provider")
	selfReported := referrer == "Care provider - manager or staff"
	switch {
	case relation == "Other resident or service user" || source == "Known to individual - other service user":
		return residentsIn
	case provider && (relation == "Paid worker - another service" || relation == "Health professional"):
		if selfReported {
			return raised
		}
		return others
	case provider:
		return byProvider
	case source == "" || source == "Not known":
		return unknown
	case strings.HasPrefix(where, "Care Home") || where == "Day service":
		return others
	case selfReported:
		return raised
	}
	return others
}

func readCSV(t *testing.T, data []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func untar(t *testing.T, data []byte, into map[string][]byte) {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if into[path.Base(h.Name)], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}
