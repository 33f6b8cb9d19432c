package rowtest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Real reads a published file of the real data, unpacking .xz. Without BELLWETHER_REAL_DATA the test is skipped.
func Real(t testing.TB, name string) []byte {
	t.Helper()
	dir := os.Getenv("BELLWETHER_REAL_DATA")
	if dir == "" {
		t.Skip("BELLWETHER_REAL_DATA is not set: the test needs the folder with the published files")
	}
	path := filepath.Join(dir, filepath.FromSlash(name))
	if !strings.HasSuffix(name, ".xz") {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	xz, err := exec.LookPath("xz")
	if err != nil {
		t.Skip("the program xz is not installed: it unpacks the published files")
	}
	var out, words bytes.Buffer
	cmd := exec.Command(xz, "-dc", path)
	cmd.Stdout, cmd.Stderr = &out, &words
	if err := cmd.Run(); err != nil {
		t.Fatalf("unpack %s: %v: %s", path, err, words.String())
	}
	return out.Bytes()
}
