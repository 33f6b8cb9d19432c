package contract

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func parse(t testing.TB, fields string, table ...string) *Table {
	t.Helper()
	head := append([]string{`"bellwether:source": "s"`, `"bellwether:version": 1`}, table...)
	tab, err := Parse("feeds/thing.json", []byte("{"+strings.Join(head, ",")+`,"fields":[`+fields+"]}"))
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func TestParseReadsEveryProperty(t *testing.T) {
	raw := `{
		"$schema": "https://datapackage.org/profiles/2.0/tableschema.json", "name": "thing", "title": "Things", "description": "All of them.",
		"bellwether:source": "s", "bellwether:version": 3, "bellwether:mode": "freeze", "bellwether:knownFrom": "on",
		"bellwether:dataDate": "at", "bellwether:onDuplicate": "last", "bellwether:maxBadShare": 0.1, "bellwether:notes": ["one", "two"],
		"fieldsMatch": "exact", "primaryKey": ["ref", "on"], "missingValues": ["", "-"],
		"fields": [
			{"name": "ref", "title": "Reference", "description": "Words.", "example": "A1", "type": "string", "format": "default",
			 "constraints": {"required": true, "minLength": 2, "maxLength": 10, "pattern": "[A-Z].*"},
			 "bellwether:synonyms": ["Ref", "Reference No"], "bellwether:notes": "a remark", "bellwether:mode": "reject_file"},
			{"name": "on", "type": "date", "constraints": {"minimum": "2000-01-01"}},
			{"name": "at", "type": "datetime", "bellwether:mode": "evolve"},
			{"name": "codes", "type": "string", "constraints": {"enum": ["a", "b"]}, "bellwether:separator": "; "},
			{"name": "amount", "type": "number", "bellwether:decimal": true, "constraints": {"maximum": 10}},
			{"name": "yes", "type": "boolean", "trueValues": ["X"], "falseValues": ["O"], "missingValues": [{"value": "?", "label": "unknown"}]},
			{"name": "who", "type": "string", "bellwether:personal": "pseudonym:person"},
			{"name": "name", "type": "string", "bellwether:personal": "drop"},
			{"name": "plain", "type": "string", "bellwether:personal": "none"}
		]}`
	tab, err := Parse("feeds/thing.json", []byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	if tab.Name != "thing" || tab.Title != "Things" || tab.Version != 3 || tab.KnownFrom != "on" || tab.DataDate != "at" || tab.OnDuplicate != "last" ||
		tab.MaxBadShare != 0.1 || len(tab.Notes) != 2 || !cmp.Equal(tab.PrimaryKey, []string{"ref", "on"}) || len(tab.Hash) != 64 || !tab.HasPersonal() {
		t.Errorf("table %+v", tab)
	}
	ref, _ := tab.Field("ref")
	if ref.Title != "Reference" || ref.Example != "A1" || !ref.Required || ref.MinLength != 2 || ref.MaxLength != 10 || ref.Mode != RejectFile || len(ref.Synonyms) != 2 || !cmp.Equal(ref.MissingValues, []string{"", "-"}) {
		t.Errorf("ref %+v", ref)
	}
	var types []string
	for _, f := range tab.Fields {
		types = append(types, f.Name+" "+f.ColumnType()+" "+string(f.Mode)+" "+f.Domain())
	}
	want := []string{
		"ref VARCHAR reject_file ", "on DATE freeze ", "at TIMESTAMP evolve ", "codes VARCHAR freeze ", "amount DECIMAL(18,2) freeze ",
		"yes BOOLEAN freeze ", "who VARCHAR freeze person", "name VARCHAR freeze ", "plain VARCHAR freeze ",
	}
	if d := cmp.Diff(want, types); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{0, 1, 2, 3, 4, 5, 6, 8}, tab.Stored()); d != "" {
		t.Error(d)
	}
	var absent []string
	for _, f := range tab.Absent(func(name string) bool { return name != "ref" && name != "at" && name != "plain" }) {
		absent = append(absent, f.Name)
	}
	if !cmp.Equal(absent, []string{"ref", "plain"}) {
		t.Errorf("absent %v", absent)
	}
	if _, ok := tab.Field("nothing"); ok || tab.Index("nothing") != -1 {
		t.Error("a field that does not exist was found")
	}
	other, err := Parse("feeds/thing.json", []byte(strings.Replace(raw, "Words.", "Words!", 1)))
	if err != nil || other.Hash == tab.Hash {
		t.Errorf("a changed contract has the same hash (%v)", err)
	}
}

func TestParseRefuses(t *testing.T) {
	const good = `{"name": "ref", "type": "string"}`
	field := func(f string) string {
		return `{"bellwether:source": "s", "bellwether:version": 1, "fields": [` + f + `]}`
	}
	table := func(p string) string {
		return `{"bellwether:source": "s", "bellwether:version": 1, ` + p + `, "fields": [` + good + `, {"name": "gone", "type": "date", "bellwether:personal": "drop"}]}`
	}
	for _, c := range []struct{ name, raw, says string }{
		{"not JSON", `{"fields": [`, "is not a JSON object: unexpected end of JSON input"},
		{"not JSON inside", `{"fields": [}]}`, "is not JSON: invalid character"},
		{"a list", `[]`, "is not a JSON object"},
		{"nothing", ``, "is not a JSON object"},
		{"stated twice", `{"title": "a", "title": "b"}`, `"title" is stated twice`},
		{"stated twice inside", field(`{"name": "a", "name": "b", "type": "string"}`), `"name" is stated twice`},
		{"deep", strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), "too deep"},
		{"no source", `{"bellwether:version": 1, "fields": [` + good + `]}`, `"bellwether:source" is missing`},
		{"no version", `{"bellwether:source": "s", "fields": [` + good + `]}`, `"bellwether:version" is missing`},
		{"no fields", `{"bellwether:source": "s", "bellwether:version": 1}`, "there are no fields"},
		{"another name", table(`"name": "other"`), `the file's name says "thing"`},
		{"unknown property", table(`"primarykey": "ref"`), `unknown property "primarykey": did you mean "primaryKey"?`},
		{"null", table(`"title": null`), `"title" must be text`},
		{"number for text", table(`"title": 3`), `"title" must be text`},
		{"key unknown", table(`"primaryKey": "reff"`), `primaryKey names the field "reff", which does not exist`},
		{"key twice", table(`"primaryKey": ["ref", "ref"]`), `"ref" twice`},
		{"key dropped", table(`"primaryKey": "gone"`), "is dropped and so can't identify a row"},
		{"date is text", table(`"bellwether:dataDate": "ref"`), "which is a string: it must be a date"},
		{"date unknown", table(`"bellwether:knownFrom": "x"`), `"bellwether:knownFrom" names the field "x", which does not exist`},
		{"date dropped", table(`"bellwether:knownFrom": "gone"`), "which is dropped"},
		{"mode", table(`"bellwether:mode": "drop"`), "use evolve, freeze, quarantine_row or reject_file"},
		{"duplicate rule", table(`"bellwether:onDuplicate": "first"`), `use "quarantine" or "last"`},
		{"share", table(`"bellwether:maxBadShare": 50`), "use a share above 0 and up to 1"},
		{"fieldsMatch", table(`"fieldsMatch": "subset"`), `only "exact"`},
		{"missing values", table(`"missingValues": 5`), `"missingValues" must be a list`},
		{"foreign keys", table(`"foreignKeys": []`), `unknown property "foreignKeys"`},
		{"field is no object", field(`"ref"`), "field 1: the field is not a JSON object"},
		{"field name", field(`{"name": "Ref No", "type": "string"}`), `field 1: the name "Ref No" must be small letters`},
		{"field reserved", field(`{"name": "load_id", "type": "string"}`), "already has a column of this name"},
		{"field twice", field(good + "," + good), `field "ref" appears twice`},
		{"field property", field(`{"name": "ref", "type": "string", "requird": true}`), `field "ref": the field has the unknown property "requird"`},
		{"constraint", field(`{"name": "ref", "type": "string", "constraints": {"requird": true}}`), `field "ref": constraints has the unknown property "requird": did you mean "required"?`},
		{"type missing", field(`{"name": "ref"}`), "type is missing"},
		{"type decimal", field(`{"name": "ref", "type": "decimal"}`), `write "number" and "bellwether:decimal": true`},
		{"type unknown", field(`{"name": "ref", "type": "geopoint"}`), `type "geopoint" is not supported`},
		{"format", field(`{"name": "ref", "type": "date", "format": "%d/%m/%Y"}`), "decoders hand over dates as yyyy-mm-dd"},
		{"decimal text", field(`{"name": "ref", "type": "string", "bellwether:decimal": true}`), "belongs to numbers"},
		{"true values", field(`{"name": "ref", "type": "string", "trueValues": ["x"]}`), "belong to booleans"},
		{"both values", field(`{"name": "ref", "type": "boolean", "trueValues": ["x"], "falseValues": ["X"]}`), `"X" is both a true and a false value`},
		{"enum of a date", field(`{"name": "ref", "type": "date", "constraints": {"enum": ["2026-01-01"]}}`), "belong to texts"},
		{"enum object", field(`{"name": "ref", "type": "string", "constraints": {"enum": [{}]}}`), `"enum" must hold texts`},
		{"enum spaces", field(`{"name": "ref", "type": "string", "constraints": {"enum": [" a"]}}`), "spaces around it"},
		{"enum capitals", field(`{"name": "ref", "type": "string", "constraints": {"enum": ["A", "a"]}}`), "differ at most by capitals"},
		{"enum separator", field(`{"name": "ref", "type": "string", "bellwether:separator": ";", "constraints": {"enum": ["a;b"]}}`), "contains the separator"},
		{"separator alone", field(`{"name": "ref", "type": "string", "bellwether:separator": ";"}`), "no meaning without enum"},
		{"minimum of a text", field(`{"name": "ref", "type": "string", "constraints": {"minimum": 3}}`), "belong to numbers and dates"},
		{"minimum of a boolean", field(`{"name": "ref", "type": "boolean", "constraints": {"minimum": 0}}`), "no meaning for a boolean"},
		{"minimum is no date", field(`{"name": "ref", "type": "date", "constraints": {"minimum": "soon"}}`), `minimum "soon" is not a date`},
		{"lengths", field(`{"name": "ref", "type": "string", "constraints": {"minLength": 5, "maxLength": 3}}`), "minLength 5 is above maxLength 3"},
		{"negative length", field(`{"name": "ref", "type": "string", "constraints": {"maxLength": -3}}`), "must not be negative"},
		{"pattern", field(`{"name": "ref", "type": "string", "constraints": {"pattern": "("}}`), "not a regular expression"},
		{"personal", field(`{"name": "ref", "type": "string", "bellwether:personal": "secret"}`), "use none, pseudonym:person"},
		{"personal date", field(`{"name": "ref", "type": "date", "bellwether:personal": "pseudonym:person"}`), "must be a plain text"},
		{"personal evolves", field(`{"name": "ref", "type": "string", "bellwether:personal": "pseudonym:staff", "bellwether:mode": "evolve"}`), "can't have the mode evolve"},
		{"all dropped", field(`{"name": "ref", "type": "string", "bellwether:personal": "drop"}`), "every field is dropped"},
	} {
		_, err := Parse("feeds/thing.json", []byte(c.raw))
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "feeds/thing.json") {
			t.Errorf("%s: got %v\nwant %q", c.name, err, c.says)
		}
	}
	if _, err := Parse("feeds/No Table.json", []byte(field(good))); err == nil || !strings.Contains(err.Error(), "must be a table name") {
		t.Errorf("file name: %v", err)
	}
}

func TestLoadReportsEveryFileTogether(t *testing.T) {
	good := `{"bellwether:source": "s", "bellwether:version": 1, "fields": [{"name": "a", "type": "string"}]}`
	tables, err := Load(fstest.MapFS{"feeds/one.json": {Data: []byte(good)}, "two.json": {Data: []byte(good)}, "notes.txt": {Data: []byte("x")}})
	if err != nil || len(tables) != 2 || tables["one"] == nil {
		t.Errorf("%v %v", tables, err)
	}
	_, err = Load(fstest.MapFS{
		"a/one.json": {Data: []byte(good)}, "b/one.json": {Data: []byte(good)}, "bad.json": {Data: []byte("{")},
		"worse.json": {Data: []byte(`{"bellwether:version": 1, "bellwether:source": "s", "fields": [{"name": "A"}]}`)},
	})
	for _, says := range []string{"a second contract for the table", "bad.json: the contract is not a JSON object", "worse.json: field 1: the name", "worse.json: field 1: type is missing"} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("no %q in %v", says, err)
		}
	}
}

// The contracts that ship are the seeds; whatever is made of them is accepted or refused with the file's name.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("../../schemas/feeds/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`{"bellwether:source": "s", "bellwether:version": 1, "fields": [{"name": "a", "type": "number", "constraints": {"minimum": 1e40}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		tab, err := Parse("thing.json", raw)
		if err != nil {
			if !strings.Contains(err.Error(), "thing.json: ") {
				t.Fatalf("the error does not name the file: %v", err)
			}
			return
		}
		if !json.Valid(raw) || len(tab.Fields) == 0 || len(tab.Stored()) == 0 || tab.Version < 1 {
			t.Fatalf("accepted: %+v", tab)
		}
		var out Findings
		cells := make([]string, len(tab.Fields))
		for i := range cells {
			cells[i] = fmt.Sprint(i)
		}
		tab.CheckRow(cells, make([]Value, len(cells)), &out)
	})
}
