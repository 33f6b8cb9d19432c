package cli

import (
	"errors"
	"fmt"
	"runtime/debug"

	"bellwether/dashboard/static"
	"bellwether/internal/sbom"
	"bellwether/internal/version"
)

type versionCmd struct {
	SBOM bool `help:"Print what the program is made of, as a CycloneDX document in JSON." name:"sbom"`
}

// Help gives an example.
func (versionCmd) Help() string {
	return "Example:\n  bellwether version --json\n  bellwether version --sbom > bellwether.cdx.json"
}

// Run prints the version, or the list of parts.
func (c versionCmd) Run(s *session) error {
	i := version.Get()
	if c.SBOM {
		return printSBOM(s, i)
	}
	if s.JSON {
		return printJSON(s.Stdout, i)
	}
	_, err := fmt.Fprintf(s.Stdout, "bellwether %s (%s, %s)\n", i.Version, i.Go, i.Engine)
	return err
}

func printSBOM(s *session, i version.Info) error {
	info, _ := debug.ReadBuildInfo()
	embedded := static.FrontEndPackages()
	if len(embedded) == 0 {
		return errors.New("the front-end packages are not built in, so the list would not be whole: run `make assets`, then build again")
	}
	packages := make([]sbom.Package, len(embedded))
	for n, p := range embedded {
		packages[n] = sbom.Package(p)
	}
	return sbom.Write(s.Stdout, i.Version, info, packages)
}
