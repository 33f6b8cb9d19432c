package doctor

import (
	"context"
	"fmt"
	"os"

	"bellwether/internal/instance"
	"bellwether/internal/lake"
	"bellwether/internal/opstate"
	"bellwether/internal/warehouse"
)

// marts: each engine that is configured was reached, and has what the newest snapshot says.
func (e *examination) marts(ctx context.Context) {
	if e.Config.Publish.DuckLake.Catalogue != "" {
		for _, name := range []string{warehouse.ExtDuckLake, warehouse.ExtPostgres} {
			if err := warehouse.TryExtension(ctx, instance.Extensions(e.Config), name); err != nil {
				e.fail("marts", err.Error(), "supply it as docs/engines.md says; nothing is published into the lake without it")
			}
		}
	}
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

// encryption: the warehouse's files are encrypted where a key is configured, and plainly said not to be where none is.
func (e *examination) encryption(ctx context.Context) {
	set := e.Config.Warehouse
	if set.EncryptionKeyFile == "" {
		how := "set warehouse.encryption_key_file to encrypt them (docs/security.md)"
		if err := warehouse.TryExtension(ctx, instance.Extensions(e.Config), warehouse.ExtEncryption); err != nil {
			how = "the engine's extension httpfs, which would encrypt them, is not here (docs/security.md)"
		}
		e.ok("encryption", "landed files are encrypted; the warehouse, snapshots and %s are not, so their disk should be (LUKS or the like); %s", opstate.Folder, how)
		return
	}
	if err := warehouse.TryExtension(ctx, instance.Extensions(e.Config), warehouse.ExtEncryption); err != nil {
		e.fail("encryption", err.Error(), "supply it as docs/security.md says; nothing is loaded or served without it")
		return
	}
	if _, err := instance.WarehouseKey(e.Config); err != nil {
		e.fail("encryption", err.Error(), "without that key neither the raw file nor a snapshot can be read")
		return
	}
	plain, err := e.plain()
	switch {
	case err != nil:
		e.fail("encryption", err.Error(), "check who owns the instance folder; the service's user must")
	case plain > 0:
		e.warn("encryption", fmt.Sprintf("%d warehouse files were written before there was a key and are not encrypted", plain), "`bellwether run --full` encrypts the raw file and publishes an encrypted snapshot; older ones go as new ones come (warehouse.keep_snapshots)")
	default:
		e.ok("encryption", "landed files, the warehouse and snapshots are encrypted; %s and the casework store are not, so their disk should be (LUKS or the like). Keep a copy of %s apart", opstate.Folder, set.EncryptionKeyFile)
	}
}

// plain counts the warehouse files that are not encrypted.
func (e *examination) plain() (n int, err error) {
	paths := []string{e.Config.Path(instance.Warehouse, warehouse.RawFile)}
	all, err := warehouse.Snapshots(e.Config.Path(instance.Snapshots))
	if err != nil {
		return 0, err
	}
	for _, s := range all {
		paths = append(paths, s.Path)
	}
	for _, p := range paths {
		encrypted, err := warehouse.Encrypted(p)
		if err != nil {
			return n, err
		}
		if _, err := os.Stat(p); err == nil && !encrypted {
			n++
		}
	}
	return n, nil
}
