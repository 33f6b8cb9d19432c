package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestConfigSaysWhatIsInForce(t *testing.T) {
	dir := t.TempDir()
	if out, code := try(t, nil, "init", dir+"/place", "--council", "Larkshire"); code != ExitOK {
		t.Fatal(out)
	}
	for _, c := range []struct {
		name    string
		environ []string
		args    []string
		code    int
		want    string
	}{
		{"the file", nil, nil, ExitOK, "council=Larkshire\n"},
		{"a default", nil, nil, ExitOK, "warehouse.threads=2\n"},
		{"a variable", []string{"BELLWETHER_WAREHOUSE_THREADS=3"}, nil, ExitOK, "warehouse.threads=3\n"},
		{"a flag over a variable", []string{"BELLWETHER_WAREHOUSE_THREADS=3"}, []string{"--setting", "warehouse.threads=4"}, ExitOK, "warehouse.threads=4\n"},
		{"a source", nil, []string{"--setting", "sources.complaints.every=2h"}, ExitOK, "sources.complaints.every=2h\n"},
		{"for machines", nil, []string{"--json"}, ExitOK, `"server.listen": "127.0.0.1:8080"`},
		{"the reference", nil, []string{"--reference"}, ExitOK, "BELLWETHER_INGEST_MAX_FILE_MIB"},
		{"the references of no list", nil, []string{"--listed"}, ExitUsage, "metrics.listed_providers is empty"},
		{"the references of a list", nil, []string{"--listed", "--setting", "metrics.listed_providers=1-101"}, ExitOK, "1-101     "},
		{"a misspelt variable", []string{"BELLWETHER_WAREHOUSE_THREDS=3"}, nil, ExitUsage, "BELLWETHER_WAREHOUSE_THREDS: is not a setting"},
		{"a misspelt flag", nil, []string{"--setting", "warehouse.threds=4"}, ExitUsage, "warehouse.threds: is not a setting"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, code := try(t, c.environ, append([]string{"config", "--dir", dir + "/place"}, c.args...)...)
			if code != c.code || !strings.Contains(out, c.want) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, c.code, c.want, out)
			}
		})
	}
}

// try runs one command line with variables of the environment and gives all that it printed.
func try(t *testing.T, environ []string, args ...string) (out string, code int) {
	t.Helper()
	var both bytes.Buffer
	code = Run(t.Context(), args, Env{Stdin: strings.NewReader(""), Stdout: &both, Stderr: &both, Now: time.Now, Getenv: func(string) string { return "" }, Environ: func() []string { return environ }})
	return both.String(), code
}
