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
	Version string `json:"version"`
	Go      string `json:"go"`
	Engine  string `json:"engine"`
}

// Get gathers the facts; the engine's version is read from the module list of the binary.
func Get() Info {
	i := Info{Version: Version, Go: runtime.Version(), Engine: "unknown"}
	if b, ok := debug.ReadBuildInfo(); ok {
		for _, m := range b.Deps {
			if m.Path == "github.com/duckdb/duckdb-go/v2" {
				i.Engine = "DuckDB driver " + m.Version
			}
		}
	}
	return i
}
