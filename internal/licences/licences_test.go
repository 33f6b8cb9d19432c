package licences

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/trust/licences.md anew")

const page = "../../docs/trust/licences.md"

// builtIn lists the modules that the program is built of, with their folders.
func builtIn(t *testing.T) map[Module]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-tags", "duckdb_arrow", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}", "bellwether/cmd/bellwether").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[Module]string{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) == 3 {
			all[Module{Path: f[0], Version: f[1]}] = f[2]
		}
	}
	return all
}

func TestEveryModuleHasALicenceThatFits(t *testing.T) {
	var modules []Module
	for m, dir := range builtIn(t) {
		l, err := Of(dir)
		if err != nil {
			t.Fatal(err)
		}
		// The native library's own module carries no text; what it holds is DuckDB.
		if l == "" && strings.HasPrefix(m.Path, "github.com/duckdb/duckdb-go-bindings") {
			l = "MIT"
		}
		if m.Licence = l; !slices.Contains(Allowed, l) {
			t.Errorf("%s %s: its licence is %q", m.Path, m.Version, l)
		}
		modules = append(modules, m)
	}
	if len(modules) < 30 {
		t.Fatalf("only %d modules are listed", len(modules))
	}
	got := Table(modules)
	if *update {
		if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("docs/trust/licences.md is not current (go test ./internal/licences -update writes it):\n%s", diff)
	}
}

func TestClassify(t *testing.T) {
	for text, want := range map[string]string{
		"Apache License\n  Version 2.0, January 2004": "Apache-2.0", "Mozilla Public License, version 2.0": "MPL-2.0", "GNU GENERAL PUBLIC LICENSE Version 3": "GPL",
		"Permission is hereby granted, free of charge, to any person\nobtaining a copy": "MIT", "Redistribution and use in source and binary forms": "BSD-2-Clause",
		"Redistribution and use in source and binary forms. Neither the name of": "BSD-3-Clause", "all rights reserved": "", "": "",
	} {
		if got := Classify(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	dir := t.TempDir()
	if l, err := Of(dir); l != "" || err != nil {
		t.Errorf("a folder without a text: %q, %v", l, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "licence.md"), []byte("Permission to use, copy, modify, and/or distribute this software"), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err := Of(dir); l != "ISC" || err != nil {
		t.Errorf("%q, %v", l, err)
	}
	if _, err := Of(filepath.Join(dir, "none")); err == nil {
		t.Error("a folder that isn't there")
	}
	if slices.Contains(Allowed, "GPL") || slices.Contains(Allowed, "") {
		t.Error("a licence that does not fit is allowed")
	}
}
