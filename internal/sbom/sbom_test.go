package sbom

import (
	"bytes"
	"encoding/json"
	"errors"
	"runtime/debug"
	"testing"
)

func TestTheListNamesWhatIsBuiltIn(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Deps: []*debug.Module{
		{Path: "example.org/a", Version: "v1.2.3", Sum: "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},
		{Path: "example.org/b", Version: "v0.1.0", Replace: &debug.Module{Path: "example.org/c", Version: "v0.2.0"}},
	}}
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := Write(w, "v1", info, []Package{{"@scope/font", "5.0.0", "OFL-1.1"}}); err != nil {
			t.Fatal(err)
		}
	}
	if a.String() != b.String() {
		t.Error("the same program gives two documents")
	}
	var doc struct {
		Format     string `json:"bomFormat"`
		Components []struct {
			Name, Version, Purl string
			Hashes              []struct{ Content string }
		}
	}
	if err := json.Unmarshal(a.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	want := []string{"pkg:golang/example.org/a@v1.2.3", "pkg:golang/example.org/c@v0.2.0", "pkg:npm/%40scope/font@5.0.0", ""}
	if doc.Format != "CycloneDX" || len(doc.Components) != len(want) {
		t.Fatalf("%s", a.String())
	}
	for i, c := range doc.Components {
		if c.Purl != want[i] {
			t.Errorf("component %d is %s, want %s", i, c.Purl, want[i])
		}
	}
	if h := doc.Components[0].Hashes; len(h) != 1 || h[0].Content != "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" {
		t.Errorf("hash %+v", h)
	}
	if doc.Components[3].Name != "go" || doc.Components[3].Version != "1.26.8" {
		t.Errorf("the language is %+v", doc.Components[3])
	}
}

func TestAProgramWithoutItsListIsRefused(t *testing.T) {
	for _, info := range []*debug.BuildInfo{nil, {}} {
		if err := Write(&bytes.Buffer{}, "v1", info, nil); !errors.Is(err, ErrNoBuildInfo) {
			t.Errorf("%+v: %v", info, err)
		}
	}
	if err := Write(&bytes.Buffer{}, "v1", &debug.BuildInfo{Deps: []*debug.Module{{Path: "a", Sum: "h1:%%"}}}, nil); err == nil {
		t.Error("a broken checksum is passed over")
	}
}
