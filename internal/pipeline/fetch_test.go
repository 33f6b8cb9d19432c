package pipeline

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bellwether/ingest/cqcapi/apitest"
	"bellwether/internal/config"
	"bellwether/internal/instance"
)

func TestARunAsksTheCQCAPI(t *testing.T) {
	api := apitest.New(t, "Larkshire", "1-100", "1-200")
	cfg := newInstance(t)
	cfg.Areas = []string{"Larkshire"}
	cfg.Sources = map[string]config.Source{cqcSource: {API: &config.API{KeyFile: "secrets/cqc-api.key", BaseURL: api.Base()}}}
	key := cfg.Path("secrets", "cqc-api.key")

	p := open(t, cfg)
	p.client = func(string) *http.Client { return api.Client() }
	in, err := p.IngestInbox(t.Context(), cqcSource)
	if err != nil || len(in.Failures) != 1 || !strings.Contains(in.Failures[0], "key_file") {
		t.Fatalf("without a key: %v %+v", err, in.Failures)
	}
	if err := instance.WriteFile(key, []byte(apitest.Key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if in, err = p.IngestInbox(t.Context(), cqcSource); err != nil || in.Loaded != 1 || in.Problems() {
		t.Fatalf("%v %+v", err, in)
	}
	var n int
	if err := p.raw.DB().QueryRow("SELECT (SELECT count(*) FROM cqc_location) * 10 + (SELECT count(*) FROM cqc_provider)").Scan(&n); err != nil || n != 22 {
		t.Errorf("%d %v", n, err)
	}
	asked := api.Asked("/")
	if in, err = p.IngestInbox(t.Context(), ""); err != nil || in.Loaded != 0 || api.Asked("/") != asked {
		t.Errorf("it was asked again within the day: %v %+v", err, in)
	}
	for _, dir := range []string{cfg.Dir} {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || path == key {
				return err
			}
			raw, err := os.ReadFile(path)
			if strings.Contains(string(raw), "Quillfeather") || strings.Contains(string(raw), apitest.Key) {
				t.Errorf("%s holds a manager's name or the key", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
