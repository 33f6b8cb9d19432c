package doctor

import (
	"context"
	"fmt"

	"bellwether/internal/lake"
)

// marts: each engine that is configured was reached, and has what the newest snapshot says.
func (e *examination) marts(context.Context) {
	for _, engine := range (lake.Courier{Config: e.Config}).Configured() {
		d, newest := e.state.Deliveries[engine], e.newest()
		by := "run `bellwether publish " + engine + "`; it says what is in the way"
		switch {
		case d.Failing():
			e.fail("marts", fmt.Sprintf("the newest attempt to publish them to %s failed, on %s; its readers have what was published before", engine, day(d.LastFailure)), by)
		case newest == nil:
			e.ok("marts", "%s is configured; the first snapshot will be published to it", engine)
		case d.Snapshot != newest.ID:
			e.warn("marts", "the newest snapshot has not been published to "+engine, by)
		case engine == lake.EngineParquet && e.unlinked():
			e.fail("marts", "the folder "+e.Config.Publish.Parquet.Folder+" has no publication in force", by)
		default:
			e.ok("marts", "%s has snapshot %s since %s", engine, d.Snapshot, day(d.LastSuccess))
		}
	}
}

// unlinked says whether the folder of publications does not lead to one that can be read.
func (e *examination) unlinked() bool {
	dir, err := lake.InForce(e.Config.Publish.Parquet.Folder)
	if err == nil {
		_, err = lake.ReadManifest(dir)
	}
	return err != nil
}
