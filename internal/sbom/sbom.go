// Package sbom lists what a program is made of, as a CycloneDX document: the modules that the Go linker recorded in it, with their
// checksums, and the front-end packages that are embedded. A council's scanner can hold the list against published weaknesses.
package sbom

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// Package is a front-end package that is embedded.
type Package struct{ Name, Version, Licence string }

// ErrNoBuildInfo says that the program carries no list of its modules.
var ErrNoBuildInfo = errors.New("sbom: the program was built without the list of its modules: build it with `make build`")

// Write makes the document of a program. Version is the program's own; the same program gives the same document.
func Write(w io.Writer, version string, info *debug.BuildInfo, packages []Package) error {
	if info == nil || len(info.Deps) == 0 {
		return ErrNoBuildInfo
	}
	doc := cdx.NewBOM()
	doc.Metadata = &cdx.Metadata{Component: &cdx.Component{BOMRef: "bellwether", Type: cdx.ComponentTypeApplication, Name: "bellwether", Version: version,
		Licenses: licence("Apache-2.0")}}
	components := make([]cdx.Component, 0, len(info.Deps)+len(packages)+1)
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		c := cdx.Component{Type: cdx.ComponentTypeLibrary, Name: m.Path, Version: m.Version, PackageURL: "pkg:golang/" + m.Path + "@" + m.Version}
		// Go's checksum is a SHA-256 over the names and hashes of the module's files.
		if sum, is := strings.CutPrefix(m.Sum, "h1:"); is {
			raw, err := base64.StdEncoding.DecodeString(sum)
			if err != nil {
				return fmt.Errorf("sbom: the checksum of %s is none: %w", m.Path, err)
			}
			c.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(raw)}}
		}
		components = append(components, c)
	}
	for _, p := range packages {
		components = append(components, cdx.Component{Type: cdx.ComponentTypeLibrary, Name: p.Name, Version: p.Version, Licenses: licence(p.Licence),
			PackageURL: "pkg:npm/" + strings.Replace(p.Name, "@", "%40", 1) + "@" + p.Version})
	}
	components = append(components, cdx.Component{Type: cdx.ComponentTypePlatform, Name: "go", Version: strings.TrimPrefix(info.GoVersion, "go")})
	refs := make([]string, len(components))
	for i := range components {
		refs[i] = components[i].Name + "@" + components[i].Version
		components[i].BOMRef = refs[i]
	}
	doc.Components = &components
	doc.Dependencies = &[]cdx.Dependency{{Ref: "bellwether", Dependencies: &refs}}
	enc := cdx.NewBOMEncoder(w, cdx.BOMFileFormatJSON)
	enc.SetPretty(true)
	if err := enc.EncodeVersion(doc, cdx.SpecVersion1_6); err != nil {
		return fmt.Errorf("sbom: %w", err)
	}
	return nil
}

func licence(id string) *cdx.Licenses {
	return &cdx.Licenses{{License: &cdx.License{ID: id}}}
}
