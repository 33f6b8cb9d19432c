package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"bellwether/dashboard/api"
	"bellwether/schemas"
)

// apiCalls are addresses of every path of the document: with and without a filter, to the end of a list, and to what isn't there.
var apiCalls = map[string][]string{
	"/api/v1/market":         {"/api/v1/market"},
	"/api/v1/providers":      {"/api/v1/providers", "/api/v1/providers?q=home", "/api/v1/providers?level=2&level=3", "/api/v1/providers?q=nobody-is-called-this", "/api/v1/providers?rating=2&area=Larkmouth", "/api/v1/providers?cursor=x", "/api/v1/providers?cursor=aaaa-200"},
	"/api/v1/providers/{id}": {"/api/v1/providers/1-9000001", "/api/v1/providers/1-9000003", "/api/v1/providers/1-9000040", "/api/v1/providers/none"},
	"/api/v1/flags":          {"/api/v1/flags", "/api/v1/flags?state=all", "/api/v1/flags?state=cleared", "/api/v1/flags?rule=none", "/api/v1/flags?cursor=-5"},
	"/api/v1/flags/{id}":     {"/api/v1/flags/F1a2b3c4d5e6f708", "/api/v1/flags/F5e6f70819203142", "/api/v1/flags/none"},
	"/api/v1/sources":        {"/api/v1/sources"},
	"/api/v1/openapi.json":   {"/api/v1/openapi.json"},
}

// Every answer, of every role and of nobody, fits the schema that the document gives for its path and its status.
func TestEveryAnswerFitsTheDocument(t *testing.T) {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemas.OpenAPI))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("openapi.json", parsed); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Ref string `json:"$ref"`
			} `json:"responses"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(schemas.OpenAPI, &doc); err != nil {
		t.Fatal(err)
	}
	st := newSite(t, county(t))
	seen := map[string]int{}
	for path := range doc.Paths {
		if len(apiCalls[path]) == 0 {
			t.Errorf("%s is never called here", path)
		}
		for _, address := range apiCalls[path] {
			for _, as := range []string{"chair", "officer", "governance", "admin", ""} {
				resp, body := st.get(as, address)
				status := fmt.Sprint(resp.StatusCode)
				described, ok := doc.Paths[path]["get"].Responses[status]
				if !ok {
					t.Errorf("%s as %q: status %s isn't described", address, as, status)
					continue
				}
				if !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
					t.Errorf("%s as %q: %s", address, as, resp.Header.Get("Content-Type"))
				}
				at := "openapi.json#/paths/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(path) + "/get/responses/" + status + "/content/application~1json/schema"
				if described.Ref != "" {
					at = "openapi.json" + described.Ref + "/content/application~1json/schema"
				}
				schema, err := c.Compile(at)
				if err != nil {
					t.Fatalf("%s: %v", at, err)
				}
				value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
				if err != nil {
					t.Errorf("%s as %q is no JSON: %v", address, as, err)
					continue
				}
				if err := schema.Validate(value); err != nil {
					t.Errorf("%s as %q, status %s: %v", address, as, status, err)
				}
				seen[status]++
			}
		}
	}
	for _, status := range []string{"200", "400", "401", "403", "404", "409"} {
		if seen[status] == 0 {
			t.Errorf("no call ended with %s", status)
		}
	}
}

// A field that the document doesn't name, or one that is missing, is found out: the schemas are closed.
func TestTheDocumentRefusesOtherAnswers(t *testing.T) {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemas.OpenAPI))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("openapi.json", parsed); err != nil {
		t.Fatal(err)
	}
	const good = `{"snapshot":"s","as_of":"2026-10-01","rule_set":"d@1","marking":"OFFICIAL","unmatched_records":{"complaints":2},"total":1,"data":[{"id":"1","name":"A","status":"Registered","areas":"","service_kinds":[],"locations":1,"beds":null}]}`
	schema := c.MustCompile("openapi.json#/components/schemas/ProvidersAnswer")
	check := func(text string) error {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(v)
	}
	if err := check(good); err != nil {
		t.Error(err)
	}
	for old, new := range map[string]string{`"total":1,`: "", `"id":"1"`: `"id":"1","phone":"x"`, `"beds":null`: `"beds":-1`, `"locations":1,`: "", `"marking":"OFFICIAL"`: `"marking":"OFFICIAL","secret":1`, `{"complaints":2}`: `{"complaints":-2}`, `"status":"Registered"`: `"status":"Registered","level":2`} {
		if err := check(strings.Replace(good, old, new, 1)); err == nil {
			t.Errorf("%s in place of %s passes", new, old)
		}
	}
}

// Walking by cursor gives every record once, and each page's tag answers 304 when it is sent back.
func TestWalkingAListByItsCursor(t *testing.T) {
	defer func(n int) { api.Size = n }(api.Size)
	api.Size = 3
	st := newSite(t, county(t))
	for _, list := range []string{"/api/v1/providers", "/api/v1/flags?state=all"} {
		ids, total, address := map[string]bool{}, int64(-1), list
		for page := 0; address != ""; page++ {
			resp, body := st.get("chair", address)
			var a struct {
				Total int64
				Next  string
				Data  []struct{ ID string }
			}
			if err := json.Unmarshal([]byte(body), &a); err != nil || page > 100 {
				t.Fatalf("%s: %v on page %d", address, err, page)
			}
			if total >= 0 && a.Total != total {
				t.Errorf("%s: the total moves from %d to %d", address, total, a.Total)
			}
			total = a.Total
			for _, d := range a.Data {
				if ids[d.ID] {
					t.Errorf("%s: %s comes twice", address, d.ID)
				}
				ids[d.ID] = true
			}
			if again, _ := st.send("chair", http.MethodGet, address, nil, http.Header{"If-None-Match": {resp.Header.Get("ETag")}}); again.StatusCode != http.StatusNotModified {
				t.Errorf("%s: its own tag answers %d", address, again.StatusCode)
			}
			address = ""
			if a.Next != "" {
				sep := "?"
				if strings.Contains(list, "?") {
					sep = "&"
				}
				address = list + sep + "cursor=" + a.Next
			}
		}
		if int64(len(ids)) != total || total < 4 {
			t.Errorf("%s: %d of %d records", list, len(ids), total)
		}
	}
}
