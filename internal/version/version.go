// Package version says which version of the program this is.
package version

import (
	"runtime"
	"runtime/debug"
)

// Version is set by the build.
var Version = "unknown"

// Info is what the version verb and the build_info metric show.
type Info struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Go       string `json:"go"`
	Engine   string `json:"engine"`
}

// Get gathers the facts; the engine's version and the revision are read from the binary itself.
func Get() Info {
	i := Info{Version: Version, Go: runtime.Version(), Engine: "unknown", Revision: "unknown"}
	if b, ok := debug.ReadBuildInfo(); ok {
		for _, m := range b.Deps {
			if m.Path == "github.com/duckdb/duckdb-go/v2" {
				i.Engine = "DuckDB driver " + m.Version
			}
		}
		for _, set := range b.Settings {
			if set.Key == "vcs.revision" && len(set.Value) >= 12 {
				i.Revision = set.Value[:12]
			}
		}
	}
	return i
}
