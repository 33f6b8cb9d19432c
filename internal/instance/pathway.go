package instance

import (
	"fmt"
	"os"
	"slices"

	"bellwether/casework/pathway"
	"bellwether/internal/config"
)

// Pathway is the pathway that the instance's cases follow: a form that ships, or a file in the instance folder.
func Pathway(cfg config.Config) (*pathway.Pathway, error) {
	name := cfg.Casework.Pathway
	if name == "" {
		name = "joined"
	}
	if slices.Contains(pathway.Names(), name) {
		return pathway.Shipped(name)
	}
	src, err := os.ReadFile(cfg.Path(name))
	if err != nil {
		return nil, &config.Error{File: cfg.Path(config.FileName), Field: "casework.pathway",
			Why: fmt.Sprintf("%q is neither a pathway that ships (%v) nor a readable file in the instance folder", name, pathway.Names())}
	}
	p, err := pathway.Load(src)
	if err != nil {
		return nil, &config.Error{File: cfg.Path(name), Field: "casework.pathway", Why: err.Error()}
	}
	return p, nil
}
