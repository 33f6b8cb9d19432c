package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bellwether/internal/config"
)

// The digest of the county, written and not posted: numbers that the pages have, and no name of a provider.
func TestDigestDryRun(t *testing.T) {
	out, code := command("digest", "--dry-run", "--role", "qsig_chair", "--role", "system_admin", "--dir", demo.dir)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	for _, want := range []string{"For: qsig_chair", "Subject: OFFICIAL-SENSITIVE: Bellwether, 1 Oct 2026:", "Review queue", "sources fresh", "For: system_admin", "Subject: OFFICIAL: Bellwether"} {
		if !strings.Contains(out, want) {
			t.Errorf("misses %q in\n%s", want, out)
		}
	}
	names, code := command("query", "SELECT string_agg(name, '|') AS names FROM core.provider", "--json", "--dir", demo.dir)
	if code != 0 {
		t.Fatal(names)
	}
	for _, name := range strings.Split(strings.Trim(names, "[]{}\" \n"), "|") {
		if len(name) > 6 && strings.Contains(out, name) {
			t.Errorf("the digest names %s", name)
		}
	}
	if page, code := command("digest", "--dry-run", "--html", "--role", "qsig_chair", "--dir", demo.dir); code != 0 || !strings.Contains(page, "<h1") {
		t.Errorf("as a page: exit code %d, %.200s", code, page)
	}
	for _, tt := range []struct {
		args []string
		says string
	}{{[]string{"digest"}, "nobody is to get a digest"}, {[]string{"digest", "--dry-run", "--role", "king"}, "there is no role"}, {[]string{"digest", "--role", "qsig_chair"}, "go with --dry-run"}} {
		if out, code := command(append(tt.args, "--dir", demo.dir)...); code == 0 || !strings.Contains(out, tt.says) {
			t.Errorf("%v: exit code %d, %s", tt.args, code, out)
		}
	}
}

// A configured digest that can't be posted fails with its reason and writes nothing down.
func TestDigestThatCantBePosted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(dir, os.DirFS(demo.dir)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, config.FileName)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	more := "\ndigest:\n  smtp: {host: 127.0.0.1, port: 1, from: bellwether@council.example, tls: none}\n  recipients: {qsig_chair: [chair@council.example]}\n"
	changed := strings.Replace(string(text), "server:\n", "server:\n  public_url: http://127.0.0.1:8080\n", 1)
	if changed == string(text) {
		changed += "\nserver: {public_url: http://127.0.0.1:8080}\n"
	}
	changed += more
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code := command("digest", "--dir", dir)
	if code == 0 || !strings.Contains(out, "0 posted, 0 had it this week already, 1 failed") || !strings.Contains(out, "qsig_chair") || strings.Contains(out, "chair@council") {
		t.Errorf("exit code %d, %s", code, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "state", "digest.json")); err == nil {
		t.Error("a message that failed is written down as gone")
	}
}
