package config

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var settingRow = regexp.MustCompile("(?m)^\\| `([a-zA-Z_.]+)` \\|([^|]*)\\|")

// keys lists every setting that the code reads, as the file spells it, with its default.
func keys(prefix string, v reflect.Value, out map[string]string) {
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if name == "-" || name == "" {
			continue
		}
		f, key := v.Field(i), prefix+name
		switch {
		case f.Kind() == reflect.Struct && f.Type() != reflect.TypeOf(time.Time{}):
			keys(key+".", f, out)
		case f.Kind() == reflect.Map && f.Type().Elem().Kind() == reflect.Struct:
			keys(key+".NAME.", reflect.New(f.Type().Elem()).Elem(), out)
		default:
			out[key] = plain(f)
		}
	}
}

// plain writes a default as the reference does; what has none, or depends on the source, is empty.
func plain(f reflect.Value) string {
	switch x := f.Interface().(type) {
	case time.Duration:
		if x == 0 {
			return ""
		}
		s := strings.TrimSuffix(strings.TrimSuffix(x.String(), "0s"), "0m")
		return s
	case string:
		return x
	case int, int64, float64:
		if f.IsZero() {
			return ""
		}
		return fmt.Sprint(x)
	}
	return ""
}

// TestTheReferenceListsEverySetting holds docs/configuration.md against the code, both ways, and its defaults too.
func TestTheReferenceListsEverySetting(t *testing.T) {
	src, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, m := range settingRow.FindAllStringSubmatch(string(src), -1) {
		name := m[1]
		if rest, ok := strings.CutPrefix(name, "sources."); ok { // a setting of one source alone is listed under that source
			_, field, _ := strings.Cut(rest, ".")
			name = "sources.NAME." + field
		}
		documented[name] = strings.Trim(strings.TrimSpace(m[2]), "`")
	}
	exist := map[string]string{}
	keys("", reflect.ValueOf(Default()), exist)
	if len(exist) < 15 {
		t.Fatalf("only %d settings were read", len(exist))
	}
	var missing, stale []string
	for k, def := range exist {
		doc, ok := documented[k]
		if !ok {
			missing = append(missing, k)
		} else if def != "" && doc != def {
			t.Errorf("%s: the reference gives the default %q, the code %q", k, doc, def)
		}
	}
	for k := range documented {
		if _, ok := exist[k]; !ok {
			stale = append(stale, k)
		}
	}
	slices.Sort(missing)
	slices.Sort(stale)
	if len(missing) > 0 || len(stale) > 0 {
		t.Errorf("docs/configuration.md lacks %v and lists %v, which the code does not read", missing, stale)
	}
}
