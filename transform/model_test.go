package transform

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestEmbeddedModelsAreOrdered(t *testing.T) {
	models, err := Models()
	if err != nil {
		t.Fatal(err)
	}
	done := map[string]bool{}
	for _, g := range Given {
		done[g] = true
	}
	for _, m := range models {
		for _, d := range m.DependsOn {
			if !strings.HasPrefix(d, "raw.") && !done[d] {
				t.Errorf("%s runs before %s, which it reads", m.Table, d)
			}
		}
		done[m.Table] = true
	}
	if !done["mart.timeline"] || !done["core.concern"] {
		t.Error("expected models are missing")
	}
}

func TestBadModelsAreRefused(t *testing.T) {
	for name, tc := range map[string]struct{ files, want string }{
		"no comment":   {"models/core/a.sql=SELECT 1 AS x", "say in a comment"},
		"circle":       {"models/core/a.sql=-- a\nSELECT * FROM core.b|models/core/b.sql=-- b\nSELECT * FROM core.a", "in a circle"},
		"missing":      {"models/core/a.sql=-- a\nSELECT * FROM core.nowhere", "which no model makes"},
		"transactions": {"models/core/a.sql=-- a\nBEGIN TRANSACTION; SELECT 1", "does not belong"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for _, f := range strings.Split(tc.files, "|") {
				p, src, _ := strings.Cut(f, "=")
				fsys[p] = &fstest.MapFile{Data: []byte(src)}
			}
			if _, err := readModels(fsys, "models"); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestLookWeek(t *testing.T) {
	for asOf, want := range map[string]string{
		"2026-10-01": "2026-09-21", // a Thursday: the week of 28 September is not over
		"2026-10-04": "2026-09-28", // a Sunday: it is
		"2026-10-05": "2026-09-28", // a Monday
		"2024-02-29": "2024-02-19",
		"2025-01-01": "2024-12-23",
	} {
		at, _ := time.Parse(time.DateOnly, asOf)
		if got := (Params{AsOf: at}).LookWeek().Format(time.DateOnly); got != want {
			t.Errorf("as of %s: look week %s, want %s", asOf, got, want)
		}
	}
}

func TestChecksAreWellFormed(t *testing.T) {
	checks, err := Checks()
	if err != nil {
		t.Fatal(err)
	}
	if len(checks) < 8 {
		t.Errorf("only %d checks", len(checks))
	}
}
