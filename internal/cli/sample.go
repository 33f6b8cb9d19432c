package cli

import (
	"fmt"

	"bellwether/sample-data/gen"
)

type sampleCmd struct {
	Out  string `help:"The folder to write to." required:"" type:"path"`
	Seed uint64 `help:"The seed; the committed county has the default." default:"20261003"`
}

// Help gives an example.
func (sampleCmd) Help() string {
	return "Writes the fictional county of Larkshire: files in the real formats, about providers and people that do not exist.\n\nExample:\n  bellwether sample --out /tmp/larkshire"
}

// Run writes the county.
func (c sampleCmd) Run(s *session) error {
	if err := gen.Generate(c.Seed, c.Out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.Stdout, "The county of Larkshire (seed %d) is in %s.\n", c.Seed, c.Out)
	return err
}
