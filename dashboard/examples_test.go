package dashboard

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"bellwether/dashboard/api"
	"bellwether/internal/tooltest"
)

// The Python example runs as a reader would run it: it signs in, walks the pages and gives the flags that the page gives.
func TestThePythonExampleRuns(t *testing.T) {
	python := tooltest.Find(t, "python3")
	defer func(n int) { api.Size = n }(api.Size)
	api.Size = 2 // so that it has several pages to walk
	st := newSite(t, county(t))
	secret := filepath.Join(t.TempDir(), "password.txt")
	if err := os.WriteFile(secret, []byte("pass-chair\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, filepath.Join("..", "docs", "examples", "bellwether.py"))
	cmd.Env = append(os.Environ(), "BELLWETHER_URL="+st.web.URL, "BELLWETHER_USER=chair", "BELLWETHER_PASSWORD_FILE="+secret)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 7 || rows[0][0] != "id" || !strings.Contains(said.String(), "OFFICIAL-SENSITIVE: as known on") || strings.Contains(said.String(), "meanwhile") {
		t.Errorf("%d rows, %v: %s", len(rows), err, said.String())
	}
	if err := os.WriteFile(secret, []byte("wrong"), 0o600); err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), python, filepath.Join("..", "docs", "examples", "bellwether.py"))
	again.Env = cmd.Env
	if said, err := again.CombinedOutput(); err == nil {
		t.Errorf("signed in with the wrong password: %s", said)
	}
}

// The other examples name only what there is: addresses that are served and fields that the document has.
func TestTheOtherExamplesNameWhatThereIs(t *testing.T) {
	st := newSite(t, county(t), allowAll)
	_, flags := st.get("chair", "/flags.csv")
	head, _, _ := strings.Cut(flags, "\n")
	pq, err := os.ReadFile(filepath.Join("..", "docs", "examples", "bellwether.pq"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(pq), `{"`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if !strings.Contains(","+head+",", ","+name+",") {
			t.Errorf("the Power BI example reads a column %q that the download lacks: %s", name, head)
		}
	}
	r, err := os.ReadFile(filepath.Join("..", "docs", "examples", "bellwether.R"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/v1/market", "/api/v1/flags"} {
		if resp, _ := st.get("chair", path); resp.StatusCode != 200 || !strings.Contains(string(r), `"`+path+`"`) {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
}
