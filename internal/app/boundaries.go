package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"bellwether/dashboard/geo"
)

// boundaries reads the outlines that the council put into the instance folder; without the file there are none.
func boundaries(path string) ([]geo.Line, error) {
	f, err := os.Open(path) //nolint:gosec // a fixed name in the instance's own folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the map's boundaries can't be opened: %w", err)
	}
	defer func() { _ = f.Close() }()
	lines, err := geo.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: correct the file or take it away", path, err)
	}
	return lines, nil
}
