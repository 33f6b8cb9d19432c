package verify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"bellwether/internal/lake"
)

// marts reads the publication that the council's own engines read, and holds it against its manifest.
func (r *run) marts(ctx context.Context, p *Part) error {
	p.Next = "publish again with `bellwether publish parquet`, and find out who else writes there"
	dir, err := lake.InForce(r.Config.Publish.Parquet.Folder)
	if errors.Is(err, fs.ErrNotExist) {
		p.Says = "nothing has been published for other engines yet"
		return nil
	}
	if err != nil {
		return err
	}
	m, problems, err := lake.Verify(ctx, dir)
	for _, problem := range problems {
		p.problem("%s: %s", filepath.Base(dir), problem)
	}
	files, rows, _ := m.Size()
	p.Says = fmt.Sprintf("publication of snapshot %s: %d rows in %d files held against the manifest", m.Snapshot, rows, files)
	return err
}
