package cli

import (
	"fmt"

	"bellwether/internal/version"
)

type versionCmd struct{}

// Help gives an example.
func (versionCmd) Help() string { return "Example:\n  bellwether version --json" }

// Run prints the version.
func (versionCmd) Run(s *session) error {
	i := version.Get()
	if s.JSON {
		return printJSON(s.Stdout, i)
	}
	_, err := fmt.Fprintf(s.Stdout, "bellwether %s (%s, %s)\n", i.Version, i.Go, i.Engine)
	return err
}
