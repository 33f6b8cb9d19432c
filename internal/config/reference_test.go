package config

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the table of settings into docs/configuration.md")

const doc = "../../docs/configuration.md"

// TestTheReferenceIsMadeFromTheCode holds docs/configuration.md against the settings that the code reads, with their defaults.
func TestTheReferenceIsMadeFromTheCode(t *testing.T) {
	want, err := Reference()
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	const head = "| setting |"
	at := strings.Index(string(src), head)
	if at < 0 {
		t.Fatal("docs/configuration.md has no table of settings")
	}
	rest := string(src)[at:]
	end := strings.Index(rest, "\n\n")
	if end < 0 {
		end = len(rest) - 1
	}
	if *update {
		if err := os.WriteFile(doc, []byte(string(src)[:at]+want+rest[end+1:]), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(want, rest[:end+1]); d != "" {
		t.Errorf("docs/configuration.md differs from the code (go test ./internal/config -update writes it):\n%s", d)
	}
}

func TestEverySettingIsExplained(t *testing.T) {
	all, err := Settings()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 35 {
		t.Fatalf("only %d settings were read", len(all))
	}
	for _, s := range all {
		if s.Help == "" {
			t.Errorf("settings.yml does not explain %s", s.Key)
		}
		if strings.Contains(s.Help, "|") {
			t.Errorf("%s: a bar would break the table", s.Key)
		}
		for _, secret := range []string{"password", "secret", "token", "key"} {
			if name := s.Key[strings.LastIndex(s.Key, ".")+1:]; strings.Contains(name, secret) && !strings.HasSuffix(name, "_file") {
				t.Errorf("%s would put a secret into the configuration: name a file instead", s.Key)
			}
		}
	}
}
