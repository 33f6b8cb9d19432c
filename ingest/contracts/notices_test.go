package contracts_test

import (
	"errors"
	"strings"
	"testing"

	"bellwether/ingest"
	"bellwether/ingest/contracts"
	"bellwether/ingest/internal/rowtest"
)

func notices(t testing.TB) ingest.Decoder {
	return rowtest.Source(t, contracts.Sources(), "contracts_ocds").Decoder
}

const (
	award = `{"ocid":"ocds-larks1-1","id":"r2","date":"2026-03-05T16:33:54+01:00","tag":["award","contract"],
		"tender":{"title":"Care at\n Fenwick House","status":"complete","classification":{"scheme":"CPV","id":"85311100","description":"Welfare services for the elderly"},
			"additionalClassifications":[{"scheme":"CPV","id":"98000000"},{"scheme":"OTHER","id":"85000000"}],
			"value":{"amount":44.98,"currency":"GBP"},"contractPeriod":{"startDate":"2026-04-01T00:00:00+01:00","endDate":"2029-03-31T23:59:59+01:00"},"mainProcurementCategory":"services"},
		"parties":[{"id":"GB-CFS-9001","name":"Larkshire County Council","contactPoint":{"name":"Canary Quillfeather","email":"canary@example.invalid"}},
			{"id":"GB-CFS-9002","name":"Marram Homes Ltd","identifier":{"scheme":"GB-COH","id":"9900123"}}],
		"buyer":{"id":"GB-CFS-9001","name":"Larkshire County Council"},
		"awards":[{"id":"a1","status":"active","date":"2026-03-05T00:00:00Z","value":{"amount":0,"currency":"GBP"},
			"suppliers":[{"id":"GB-COH-99001234","name":"Wheatear Care Ltd"},{"id":"GB-CFS-9002","name":"Marram Homes Ltd"},{"id":"GB-CFS-9003","name":"Skua Trust"}],
			"contractPeriod":{"startDate":"2026-04-01T00:00:00+01:00","endDate":"2029-03-31T23:59:59+01:00"}},{"id":"a2","status":"cancelled"}]}`
	early  = `{"ocid":"ocds-larks1-1","id":"r1","date":"2026-01-05T10:00:00Z","tag":["tender"],"tender":{"title":"Care at Fenwick House","classification":{"scheme":"CPV","id":"85000000"}}}`
	travel = `{"ocid":"ocds-larks1-2","id":"r1","date":"2026-01-06T10:00:00Z","tag":"tender","tender":{"title":"Taxis","classification":{"scheme":"CPV","id":"60130000"},"additionalClassifications":[{"scheme":"CPV","id":"85320000"}]}}`
	// Find a Tender puts codes on items, periods on lots, values on contracts, and names the notice.
	findTender = `{"ocid":"ocds-h6vhtk-9","id":"000009-2026","date":"2026-02-10T09:00:00Z","tag":["award"],
		"planning":{"documents":[{"id":"000001-2026","noticeType":"UK1"}]},
		"tender":{"title":"Home care","items":[{"id":"1","additionalClassifications":[{"scheme":"CPV","id":"85312000-9"}]}],
			"lots":[{"id":"1","contractPeriod":{"startDate":"2026-05-01","endDate":"2028-04-30"}},{"id":"2","contractPeriod":{"startDate":"2026-04-01","endDate":"2027-03-31"}}],
			"value":{"amount":100000,"amountGross":120000,"currency":"GBP"},"documents":{"id":"000009-2026","noticeType":"UK6"}},
		"awards":[{"id":"1","suppliers":[{"id":"GB-PPON-PDTL-1234-ABCD","name":"Skua Care Ltd","additionalIdentifiers":[{"scheme":"GB-COH","id":"SC99012"}]}],"documents":[{"id":"x","noticeType":"UK7"}]}],
		"contracts":[{"id":"c1","awardID":"1","value":{"amount":"99000.50","currency":"GBP"},"period":{"startDate":"2026-05-01","endDate":"2028-04-30"}}]}`
)

func TestNotices(t *testing.T) {
	packed := func(releases string) string {
		return `{"uri":"https://example.invalid","version":"1.1","publisher":{"name":"x"},"releases":[` + releases + `],"links":{"next":"https://example.invalid/2"}}`
	}
	for name, in := range map[string]struct{ file, text string }{
		"package":          {"notices.json", packed(early + "," + award + "," + travel)},
		"find_a_tender":    {"notices.json", packed(findTender)},
		"lines":            {"notices.jsonl", strings.ReplaceAll(early, "\n", "") + "\n{oops}\n" + strings.ReplaceAll(travel, "\n", "") + "\n"},
		"packages_in_list": {"notices.json", "[" + packed(early) + "," + packed(travel) + "]"},
		"records": {"notices.json", `{"version":"1.1","records":[{"ocid":"ocds-larks1-1","releases":[` + early + `],"compiledRelease":` + early + `},` +
			`{"ocid":"ocds-larks1-2","releases":[{"url":"https://example.invalid/r"}],"compiledRelease":` + travel + `},{"ocid":"ocds-larks1-3","releases":[{"url":"https://example.invalid/r"}]}]}`},
		"bad_numbers": {"notices.json", packed(strings.Replace(award, "44.98", "1e9999", 1) + "," + strings.Replace(travel, `"tender":{`, `"tender":{"value":{"amount": 250 000,"currency":"GBP"},`, 1) +
			"," + strings.Replace(early, `"tender":{`, `"tender":{"value":{"amount": 000,"currency":"GBP"},`, 1))},
		"latin":     {"notices.json", packed(strings.Replace(early, "Fenwick", "Ch\xe2teau", 1))},
		"none":      {"notices.json", packed("")},
		"cut":       {"notices.json", packed(early + "," + award)[:len(packed(early))]},
		"no_ocid":   {"notices.json", packed(`{"id":"r1"},` + early)},
		"bad_dates": {"notices.json", packed(strings.Replace(early, "2026-01-05T10:00:00Z", "soon", 1))},
		"refusal":   {"notices.json", `{"message":"12 request limit in 2 minute"}`},
		"csv":       {"notices.json", "a,b\n1,2\n"},
		"empty":     {"notices.json", ""},
		"deep":      {"notices.json", `{"releases":[{"releases":[{"releases":[{"releases":[{"releases":[]}]}]}]}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rowtest.Run(t, notices(t), in.file, []byte(in.text), nil)
			got := o.Render(err)
			rowtest.Golden(t, "notices_"+name, got)
			if strings.Contains(strings.ToLower(got), "canary") {
				t.Error("a contact got through")
			}
		})
	}
}

func TestRealContractsFinder(t *testing.T) {
	for _, in := range []struct {
		name, path               string
		releases, care, procs    int
		suppliers, withCompanies int
	}{
		// 93 suppliers have an identifier of the companies register; one of them has nine digits, which no company has.
		{"releases.jsonl", "contracts/contracts_finder_releases_2024-11_2025-03.jsonl.xz", 300, 30, 284, 372, 92},
		{"package.json", "contracts/contracts_finder_release_package_2024-11-05.json.xz", 100, -1, -1, -1, -1},
	} {
		o, err := rowtest.Run(t, notices(t), in.name, rowtest.Real(t, in.path), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(o.Problems)+len(o.Refused) > 0 {
			t.Errorf("%s: held: %v %v", in.name, o.Words(), o.Refused)
		}
		care, procs := 0, map[string]bool{}
		for _, r := range o.Rows["ocds_release"] {
			if r["is_care"] == "true" {
				care++
			}
			procs[r["ocid"]] = true
		}
		companies := 0
		for _, r := range o.Rows["ocds_award"] {
			if r["company_number"] != "" {
				companies++
			}
		}
		for _, c := range []struct {
			what      string
			got, want int
		}{
			{"releases", len(o.Rows["ocds_release"]), in.releases}, {"for care", care, in.care}, {"processes", len(procs), in.procs},
			{"suppliers of awards", len(o.Rows["ocds_award"]), in.suppliers}, {"with a company number", companies, in.withCompanies},
		} {
			if c.want >= 0 && c.got != c.want {
				t.Errorf("%s: %s: %d, want %d", in.name, c.what, c.got, c.want)
			}
		}
	}
}

func FuzzNotices(f *testing.F) {
	for _, s := range []string{early, award, findTender, `{"releases":[` + travel + `]}`, `{"records":[{"ocid":"x","releases":[` + early + `]}]}`, `{"releases":{"ocid":1,"awards":{"suppliers":{}}}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, name := range []string{"a.json", "a.jsonl"} {
			_, err := rowtest.Run(t, notices(t), name, text, nil)
			var refused *ingest.FileError
			if err != nil && !errors.As(err, &refused) {
				t.Fatal(err)
			}
		}
	})
}
