package config

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// EnvPrefix begins the name of every setting in the environment: server.listen is BELLWETHER_SERVER_LISTEN.
const EnvPrefix = "BELLWETHER_"

// each stands in a setting's key for the name of a source.
const each = "NAME"

//go:embed settings.yml
var settingsHelp []byte

// Setting is one thing that an instance can be told, as the reference lists it.
type Setting struct {
	Key     string // as the file nests it, with dots; NAME stands for a source
	Env     string
	Default string // as the reference shows it
	Help    string
}

// Settings lists every setting in the order of the file, with what settings.yml says of it. The list is read off the code, so that
// nothing can be told to an instance that the reference does not name.
func Settings() ([]Setting, error) {
	var help map[string]struct {
		Default string `yaml:"default"` // where the code's own default says too little
		Help    string `yaml:"help"`
	}
	if err := yaml.UnmarshalWithOptions(settingsHelp, &help, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("settings.yml: %w", err)
	}
	var out []Setting
	leaves("", reflect.ValueOf(Default()), func(key string, v reflect.Value) {
		h := help[key]
		delete(help, key)
		if h.Default == "" {
			h.Default = plain(v)
		}
		out = append(out, Setting{Key: key, Env: EnvName(key), Default: h.Default, Help: h.Help})
	})
	for key := range help {
		return nil, fmt.Errorf("settings.yml explains %s, which the code does not read", key)
	}
	return out, nil
}

// EnvName is a setting's name in the environment.
func EnvName(key string) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// leaves calls fn for each setting below a value, with the key as the file nests it.
func leaves(prefix string, v reflect.Value, fn func(key string, v reflect.Value)) {
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if name == "-" || name == "" {
			continue
		}
		f, key := v.Field(i), prefix+name
		if f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Struct {
			if f.IsNil() {
				f = reflect.New(f.Type().Elem())
			}
			f = f.Elem()
		}
		switch {
		case f.Kind() == reflect.Struct:
			leaves(key+".", f, fn)
		case f.Kind() == reflect.Map && f.Type().Elem().Kind() == reflect.Struct:
			leaves(key+"."+each+".", reflect.New(f.Type().Elem()).Elem(), fn)
		default:
			fn(key, f)
		}
	}
}

// plain writes a value as the reference and the command line do.
func plain(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case time.Duration:
		if x == 0 {
			return ""
		}
		s := x.String()
		if t, ok := strings.CutSuffix(s, "m0s"); ok {
			s = t + "m"
		}
		if t, ok := strings.CutSuffix(s, "h0m"); ok {
			s = t + "h"
		}
		return s
	case []string:
		return strings.Join(x, ", ")
	case bool:
		return fmt.Sprint(x)
	case map[string]string:
		return flow(x, func(v string) string { return v })
	case map[string][]string:
		return flow(x, func(v []string) string { return "[" + strings.Join(v, ", ") + "]" })
	}
	if v.IsZero() {
		return ""
	}
	return fmt.Sprint(v.Interface())
}

// flow writes pairs as one line that reads back the same.
func flow[V any](m map[string]V, write func(V) string) string {
	if len(m) == 0 {
		return ""
	}
	pairs := make([]string, 0, len(m))
	for k, v := range m {
		pairs = append(pairs, k+": "+write(v))
	}
	slices.Sort(pairs)
	return "{" + strings.Join(pairs, ", ") + "}"
}

// Override is one setting from outside the file.
type Override struct {
	Key, Value string
	From       string // where it was said, for messages: --setting, or the variable's name
}

// FromEnviron gives the settings among the environment's variables. A variable that begins like a section of the file and is no setting is
// an error: a misspelt one must not be passed over in silence. Sources are those whose settings may be named.
func FromEnviron(environ, sources []string) ([]Override, error) {
	all, err := Settings()
	if err != nil {
		return nil, err
	}
	keys, sections := map[string]string{}, map[string]bool{}
	for _, s := range all {
		section, rest, nested := strings.Cut(s.Key, ".")
		if nested {
			sections[EnvName(section)+"_"] = true
		}
		if field, ok := strings.CutPrefix(rest, each+"."); ok {
			for _, name := range sources {
				key := section + "." + name + "." + field
				keys[EnvName(key)] = key
			}
			continue
		}
		keys[s.Env] = s.Key
	}
	var out []Override
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if key, ok := keys[name]; ok {
			out = append(out, Override{Key: key, Value: value, From: name})
			continue
		}
		for section := range sections {
			if strings.HasPrefix(name, section) {
				return nil, &Error{File: "environment", Field: name, Why: "is not a setting; docs/configuration.md lists every one with its variable"}
			}
		}
	}
	slices.SortFunc(out, func(a, b Override) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}

// FromFlags reads the command line's KEY=VALUE.
func FromFlags(set []string) ([]Override, error) {
	var out []Override
	for _, s := range set {
		key, value, ok := strings.Cut(s, "=")
		if !ok || key == "" {
			return nil, &Error{File: "--setting", Field: s, Why: "is not KEY=VALUE; for example --setting server.listen=127.0.0.1:9090"}
		}
		out = append(out, Override{Key: key, Value: value, From: "--setting"})
	}
	return out, nil
}

// LoadWith reads the file and lays the overrides over it, in their order: the last one that names a setting holds.
func LoadWith(dir string, over []Override) (Config, error) {
	cfg, err := Load(dir)
	if err != nil || len(over) == 0 {
		return cfg, err
	}
	for _, o := range over {
		if err := set(reflect.ValueOf(&cfg).Elem(), strings.Split(o.Key, "."), o.Value); err != nil {
			return Config{}, &Error{File: o.From, Field: o.Key, Why: err.Error()}
		}
	}
	where := []string{filepath.Join(dir, FileName)}
	for _, o := range over {
		if !slices.Contains(where, o.From) {
			where = append(where, o.From)
		}
	}
	return cfg, cfg.validate(strings.Join(where, " with "))
}

// set finds the field that a key names, making sections that are not there yet, and reads the value into it.
func set(v reflect.Value, path []string, value string) error {
	if len(path) == 0 {
		return read(v, value)
	}
	switch {
	case v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.Struct:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return set(v.Elem(), path, value)
	case v.Kind() == reflect.Map && v.Type().Elem().Kind() == reflect.Struct:
		entry := reflect.New(v.Type().Elem()).Elem()
		if old := v.MapIndex(reflect.ValueOf(path[0])); old.IsValid() {
			entry.Set(old)
		}
		if len(path) < 2 {
			return fmt.Errorf("is a section, not a setting; name one inside it")
		}
		if err := set(entry, path[1:], value); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(path[0]), entry)
		return nil
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ","); name == path[0] && name != "-" {
				return set(v.Field(i), path[1:], value)
			}
		}
	}
	return fmt.Errorf("is not a setting; docs/configuration.md lists every one")
}

func read(v reflect.Value, value string) error {
	if v.Kind() == reflect.Struct || v.Kind() == reflect.Map && v.Type().Elem().Kind() == reflect.Struct {
		return fmt.Errorf("is a section, not a setting; name one inside it")
	}
	switch v.Kind() {
	case reflect.Pointer:
		fresh := reflect.New(v.Type().Elem())
		if err := read(fresh.Elem(), value); err != nil {
			return err
		}
		v.Set(fresh)
		return nil
	case reflect.String:
		v.SetString(value)
		return nil
	case reflect.Slice:
		if !strings.HasPrefix(value, "[") {
			value = "[" + value + "]"
		}
	}
	fresh := reflect.New(v.Type())
	if err := yaml.Unmarshal([]byte(value), fresh.Interface()); err != nil {
		return fmt.Errorf("%q does not read as %s", value, kind(v))
	}
	v.Set(fresh.Elem())
	return nil
}

func kind(v reflect.Value) string {
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "a duration, such as 15m or 24h"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Slice:
		return "a list, such as A, B"
	case t.Kind() == reflect.Map:
		return "pairs, such as {a: b}"
	}
	return "a number"
}

// Reference writes the table of every setting.
func Reference() (string, error) {
	all, err := Settings()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| setting | default | environment | means |\n|---|---|---|---|\n")
	for _, s := range all {
		def := ""
		if s.Default != "" {
			def = "`" + s.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s |\n", s.Key, def, s.Env, s.Help)
	}
	return b.String(), nil
}

// Given says, for each setting that is in force, its value as the command line would take it; those that have none are left out.
func (c Config) Given() [][2]string {
	var out [][2]string
	add := func(key string, v reflect.Value) {
		if s := plain(v); s != "" {
			out = append(out, [2]string{key, s})
		}
	}
	v := reflect.ValueOf(c)
	leaves("", v, func(key string, f reflect.Value) {
		if !strings.Contains(key, "."+each+".") && !strings.HasPrefix(key, "sign_in.oidc.") {
			add(key, f)
		}
	})
	if c.SignIn.OIDC != nil {
		leaves("sign_in.oidc.", reflect.ValueOf(*c.SignIn.OIDC), add)
	}
	names := make([]string, 0, len(c.Sources))
	for n := range c.Sources {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		leaves("sources."+n+".", reflect.ValueOf(c.Sources[n]), func(key string, f reflect.Value) {
			if !strings.Contains(key, ".api.") || c.Sources[n].API != nil {
				add(key, f)
			}
		})
	}
	return out
}
