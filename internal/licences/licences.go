// Package licences names the licences of the modules that are built into the program, so that a council can see what it takes on and a
// licence that does not fit is noticed when a module comes in.
package licences

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Module is one module that is built in.
type Module struct{ Path, Version, Licence string }

// Allowed are the licences that may be built into a program under Apache-2.0.
var Allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unlicense", "CC0-1.0", "BSL-1.0"}

// marks are phrases that only one licence has, the narrower ones first.
var marks = []struct{ licence, phrase string }{
	{"MPL-2.0", "mozilla public license version 2.0"}, {"Apache-2.0", "apache license version 2.0"}, {"GPL", "gnu general public license"}, {"LGPL", "gnu lesser general public license"},
	{"AGPL", "gnu affero general public license"}, {"BSL-1.0", "boost software license"}, {"Unlicense", "free and unencumbered software released into the public domain"},
	{"CC0-1.0", "cc0 1.0 universal"}, {"ISC", "permission to use, copy, modify, and/or distribute this software"}, {"ISC", "permission to use, copy, modify, and distribute this software for any purpose"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"}, {"BSD-3-Clause", "neither the name"}, {"BSD-3-Clause", "may not be used to endorse or promote"},
	{"BSD-2-Clause", "redistribution and use in source and binary forms"},
}

// Classify names the licence of a text, empty if it is none that is known.
func Classify(text string) string {
	text = strings.NewReplacer(", version", " version", "(", "", ")", "").Replace(strings.ToLower(strings.Join(strings.Fields(text), " ")))
	for _, m := range marks {
		if strings.Contains(text, m.phrase) {
			return m.licence
		}
	}
	return ""
}

// Of reads the licence of a module from its folder.
func Of(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("read the licence of a module: %w", err)
	}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "UNLICENSE") {
			continue
		}
		body, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", fmt.Errorf("read the licence of a module: %w", err)
		}
		if l := Classify(string(body)); l != "" {
			return l, nil
		}
	}
	return "", nil
}

// Table writes the list as a page.
func Table(modules []Module) string {
	slices.SortFunc(modules, func(a, b Module) int { return strings.Compare(a.Path, b.Path) })
	var b strings.Builder
	b.WriteString("# Licences of what is built in\n\nMade by `go test ./internal/licences -update` from the modules that the program is built of; a test holds it current, and refuses a\nlicence that does not fit Apache-2.0. The front-end packages' licences are in `dashboard/static/vendor/LICENCES.txt` after `make assets`.\nDuckDB itself, linked in by its driver, is MIT.\n\n| module | version | licence |\n|---|---|---|\n")
	for _, m := range modules {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.Path, m.Version, m.Licence)
	}
	return b.String()
}
