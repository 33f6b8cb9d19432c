package rules

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaDir = "../../schemas/rules/"

// The published schema and the reader know the same keys, so that an editor
// that follows the one never writes what the other refuses.
func TestSchemaAndReaderKnowTheSameKeys(t *testing.T) {
	var sch struct {
		Properties map[string]any
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	src, err := os.ReadFile(schemaDir + "ruleset.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(src, &sch); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		doc   any
		props map[string]any
	}{
		{document{}, sch.Properties}, {policyDoc{}, sch.Defs["policy"].Properties},
		{ruleDoc{}, sch.Defs["rule"].Properties}, {citationDoc{}, sch.Defs["citation"].Properties},
	} {
		var read, published []string
		ty := reflect.TypeOf(tt.doc)
		for i := range ty.NumField() {
			read = append(read, ty.Field(i).Tag.Get("yaml"))
		}
		for k := range tt.props {
			published = append(published, k)
		}
		slices.Sort(read)
		slices.Sort(published)
		if !slices.Equal(read, published) {
			t.Errorf("%s: the reader knows %v, the schema %v", ty.Name(), read, published)
		}
	}
}

func TestShippedFilesFollowTheSchemas(t *testing.T) {
	c := jsonschema.NewCompiler()
	ruleset, err := c.Compile(schemaDir + "ruleset.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	cases, err := c.Compile(schemaDir + "cases.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("sets/*.yml")
	if len(files) < 6 {
		t.Fatalf("found %v", files)
	}
	for _, f := range append(files, "testdata/base.yml") {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		asJSON, err := yaml.YAMLToJSON(src)
		if err != nil {
			t.Fatal(f, err)
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(asJSON)))
		if err != nil {
			t.Fatal(f, err)
		}
		sch := ruleset
		if strings.HasSuffix(f, ".cases.yml") {
			sch = cases
		}
		if err := sch.Validate(doc); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
}
