package gen

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// Every postcode area in use in the United Kingdom and the islands, with the special ones.
const realAreas = "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY " +
	"G GL GU GY GIR HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX " +
	"PA PE PH PL PO PR QC RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV XX YO ZE"

var postcode = regexp.MustCompile(`\b([A-Z]{1,3})\d[0-9A-Z]? \d[A-Z]{2}\b`)

var (
	textOnce sync.Once
	texts    = map[string]string{}
)

// text is every file's content, archives unpacked, by path.
func text(t *testing.T) map[string]string {
	t.Helper()
	textOnce.Do(func() { unpack(t, texts) })
	return texts
}

func unpack(t *testing.T, out map[string]string) {
	t.Helper()
	for _, f := range made(t) {
		switch {
		case strings.HasSuffix(f.Path, ".tar.gz"):
			bodies := map[string][]byte{}
			untar(t, f.Data, bodies)
			var all strings.Builder
			for _, b := range bodies {
				all.Write(b)
				all.WriteByte('\n')
			}
			out[f.Path] = all.String()
		case strings.HasSuffix(f.Path, ".zip"):
			out[f.Path] = string(unzipped(t, f.Data))
		case strings.HasSuffix(f.Path, ".jsonl.gz"):
			z, err := gzip.NewReader(bytes.NewReader(f.Data))
			if err != nil {
				t.Fatal(err)
			}
			all, err := io.ReadAll(z)
			if err != nil {
				t.Fatal(err)
			}
			out[f.Path] = string(all)
		case strings.HasSuffix(f.Path, ".xlsx"):
			var all strings.Builder
			for _, r := range sheetRows(t, f.Data) {
				all.WriteString(strings.Join(r, "\n") + "\n")
			}
			out[f.Path] = all.String()
		default:
			out[f.Path] = string(f.Data)
		}
	}
}

func TestNoPostcodeOfARealArea(t *testing.T) {
	areas := map[string]bool{}
	for _, a := range strings.Fields(realAreas) {
		areas[a] = true
	}
	found := 0
	for path, s := range text(t) {
		for _, m := range postcode.FindAllStringSubmatch(s, -1) {
			found++
			if areas[m[1]] || m[1] != "LK" {
				t.Fatalf("%s holds the postcode %s", path, m[0])
			}
		}
	}
	if found < 5000 {
		t.Errorf("only %d postcodes found: is the search still right?", found)
	}
}

func TestIdsAndCompanyNumbersAreOutsideRealRanges(t *testing.T) {
	cqc := regexp.MustCompile(`\b\d-\d{9,11}\b`)
	for path, s := range text(t) {
		for _, id := range cqc.FindAllString(s, -1) {
			if !strings.HasPrefix(id, "9-") {
				t.Fatalf("%s holds %s", path, id)
			}
		}
	}
	for _, f := range made(t) {
		if !strings.Contains(f.Path, "/company_events/") {
			continue
		}
		for _, r := range readCSV(t, f.Data)[1:] {
			if len(r[0]) != 8 || !strings.HasPrefix(r[0], "99") {
				t.Errorf("%s: company number %s", f.Path, r[0])
			}
		}
	}
	for name, data := range lastBodies(t) {
		if !strings.HasPrefix(name, "provider_") {
			continue
		}
		var v providerBody
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		if v.Company != "" && !strings.HasPrefix(v.Company, "99") || v.Charity != "" && !strings.HasPrefix(v.Charity, "99") {
			t.Errorf("%s: company %q, charity %q", name, v.Company, v.Charity)
		}
	}
}

func TestEveryPlaceLiesInTheNorthSea(t *testing.T) {
	n := 0
	for name, data := range lastBodies(t) {
		var b struct {
			Lat   float64 `json:"onspdLatitude"`
			Lon   float64 `json:"onspdLongitude"`
			Phone string  `json:"mainPhoneNumber"`
		}
		if err := json.Unmarshal(data, &b); err != nil {
			t.Fatal(err)
		}
		n++
		// East of every English and west of every continental shore at these latitudes.
		if b.Lat < 54.3 || b.Lat > 55.4 || b.Lon < 1 || b.Lon > 3 {
			t.Errorf("%s lies at %f, %f", name, b.Lat, b.Lon)
		}
		if b.Phone != "" && !strings.HasPrefix(b.Phone, "01632960") {
			t.Errorf("%s has the telephone number %s, outside the range kept for drama", name, b.Phone)
		}
	}
	if n < 400 {
		t.Errorf("%d bodies", n)
	}
}

func TestNoticesSayThatTheyAreFictional(t *testing.T) {
	for path, s := range text(t) {
		if !strings.Contains(path, "/contracts_ocds/") {
			continue
		}
		if strings.Contains(s, "ocds-b5fd17") || strings.Contains(s, "ocds-h6vhtk") || strings.Contains(s, ".gov.uk/Published") {
			t.Errorf("%s uses a real publisher's prefix or address", path)
		}
		if !strings.Contains(s, "ocds-larks1-") && strings.Contains(s, `"ocid"`) {
			t.Errorf("%s has another prefix", path)
		}
	}
}

func TestManagersHaveNoNames(t *testing.T) {
	token := regexp.MustCompile(`^L[0-9a-f]{9}$`)
	for name, data := range lastBodies(t) {
		var b locationBody
		if err := json.Unmarshal(data, &b); err != nil {
			t.Fatal(err)
		}
		for _, a := range b.Activities {
			for _, c := range a.Contacts {
				if c.Given != "Redacted" || !token.MatchString(c.Family) {
					t.Errorf("%s: contact %q %q", name, c.Given, c.Family)
				}
			}
		}
	}
}
