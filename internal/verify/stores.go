package verify

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"bellwether/ingest/landing"
	"bellwether/ingest/ledger"
	"bellwether/internal/audit"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

//go:embed sql/loads.sql
var loadsSQL string

// landing reads every file that the manifest names back and compares its sum.
func (r *run) landing(ctx context.Context, p *Part) error {
	p.Next = "restore the file from a backup, or deliver it again"
	records, err := ledger.Read(r.Config.Path(instance.Landing))
	if err != nil {
		return err
	}
	key, err := landing.OpenKey(r.Config.Path(instance.Secrets, instance.LandingKey))
	if err != nil {
		return err
	}
	store, err := landing.Open(r.Config.Path(instance.Landing), key, int64(r.Config.Ingest.MaxFileMiB)<<20)
	if err != nil {
		return err
	}
	defer store.Close()
	seen, erased := map[string]bool{}, 0
	for _, rec := range records {
		if seen[rec.Kept()] || rec.State == ledger.Destroyed {
			continue
		}
		seen[rec.Kept()] = true
		if rec.Erased() {
			erased++
			if store.Has(rec.SHA256) && !needed(records, rec.SHA256) {
				p.problem("load %.12s of %s: its delivered file was erased and is there all the same: run `bellwether retention files`", rec.LoadID, rec.Source)
			}
		}
		if err := store.Verify(ctx, rec.Kept()); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			p.problem("load %.12s of %s: %v", rec.LoadID, rec.Source, err)
		}
	}
	p.Says = fmt.Sprintf("%d lines of the manifest, %d landed files read back", len(records), len(seen))
	if erased > 0 {
		p.Says += fmt.Sprintf(", %d of them extracts of files that were erased by age", erased)
	}
	return nil
}

// needed says whether a load still stands on the delivered bytes.
func needed(records []ledger.Record, sha string) bool {
	for _, r := range records {
		if r.SHA256 == sha && !r.Erased() && r.State != ledger.Destroyed {
			return true
		}
	}
	return false
}

// load is what the raw file's own ledger says of one load.
type load struct {
	id, source, status string
	rows               int64
}

// warehouse reads the raw file in full and holds its ledger against the manifest and against the rows that are there.
func (r *run) warehouse(ctx context.Context, p *Part) (err error) {
	p.Next = "run `bellwether run --full`: it makes the file again from the landing zone"
	raw, err := warehouse.OpenRaw(ctx, r.Config.Path(instance.Warehouse), r.limits)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, raw.Close()) }()
	tables, err := raw.Scan(ctx)
	if err != nil {
		return err
	}
	if ok, err := raw.HasTable(ctx, "load"); err != nil || !ok {
		p.Says = "nothing has been loaded yet"
		return err
	}
	counted, err := raw.RowsByLoad(ctx)
	if err != nil {
		return err
	}
	loads, err := loadsOf(ctx, raw)
	if err != nil {
		return err
	}
	records, err := ledger.Read(r.Config.Path(instance.Landing))
	if err != nil {
		return err
	}
	compare(p, records, loads, counted)
	var rows int64
	for _, t := range tables {
		rows += t.Rows
	}
	p.Says = fmt.Sprintf("%d rows in %d raw tables read, %d loads held against the manifest", rows, len(tables), len(loads))
	return nil
}

func loadsOf(ctx context.Context, raw *warehouse.Raw) (loads []load, err error) {
	rows, err := raw.DB().QueryContext(ctx, loadsSQL) //nolint:sqlclosecheck // closed below, with its error joined
	if err != nil {
		return nil, err
	}
	defer func(rows *sql.Rows) { err = errors.Join(err, rows.Close()) }(rows)
	for rows.Next() {
		var l load
		if err := rows.Scan(&l.id, &l.source, &l.status, &l.rows); err != nil {
			return nil, err
		}
		loads = append(loads, l)
	}
	return loads, rows.Err()
}

// compare holds the manifest, the database's ledger and the rows against each other. A load that is landed and not yet loaded is work to
// be done, no damage.
func compare(p *Part, records []ledger.Record, loads []load, counted map[string]int64) {
	stored := map[string]load{}
	for _, l := range loads {
		stored[l.id] = l
	}
	known := map[string]bool{}
	for _, rec := range records {
		known[rec.LoadID] = true
		l, there := stored[rec.LoadID]
		switch {
		case !there && rec.Settled():
			p.problem("load %.12s of %s is %s in the manifest and missing from the database", rec.LoadID, rec.Source, rec.State)
		case there && rec.Settled() && string(rec.State) != l.status:
			p.problem("load %.12s of %s is %s in the manifest and %s in the database", rec.LoadID, rec.Source, rec.State, l.status)
		}
	}
	for _, l := range loads {
		if !known[l.id] {
			p.problem("load %.12s of %s is in the database and unknown to the manifest", l.id, l.source)
		}
		if n := counted[l.id]; n != l.rows {
			p.problem("load %.12s of %s should have %d rows and has %d", l.id, l.source, l.rows, n)
		}
		delete(counted, l.id)
	}
	for _, id := range slices.Sorted(maps.Keys(counted)) {
		p.problem("%d rows belong to load %.12s, which the database does not list", counted[id], id)
	}
}

// casework has the store check itself: pages, references, and the order of events.
func (r *run) casework(ctx context.Context, p *Part) error {
	p.Next = "`bellwether doctor` says more; if it is damaged stop the service and restore the casework store from a backup"
	db, err := instance.OpenStore(ctx, r.Config, r.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Check(ctx); err != nil {
		return err
	}
	p.Says = "rows, references and the order of events hold, in " + db.Where()
	return nil
}

func (r *run) audit(_ context.Context, p *Part) error {
	p.Next = "keep the log as evidence, tell whoever is responsible for the record, and restore it from a backup"
	report, err := Audit(r.Config.Dir)
	if err != nil {
		return err
	}
	for _, problem := range report.Problems {
		p.problem("%s", problem.Says)
	}
	p.More += report.More
	p.Says = fmt.Sprintf("%d entries, held against %d signed checkpoints; %d at the end are not covered by one yet", report.Entries, report.Checkpoints, report.Unsigned)
	return nil
}

// Audit holds an instance's audit against its own signed checkpoints, and against marks kept elsewhere.
func Audit(dir string, marks ...audit.Checkpoint) (*audit.Report, error) {
	folder := filepath.Join(dir, instance.Audit)
	key, err := audit.ReadKey(filepath.Join(dir, instance.Secrets, instance.AuditKey))
	if errors.Is(err, os.ErrNotExist) && missing(filepath.Join(folder, instance.AuditLog)) && missing(filepath.Join(folder, instance.AuditCheckpoints)) {
		return &audit.Report{}, nil // the first entry makes the key; there has been none
	}
	if err != nil {
		return nil, err
	}
	return audit.Verify(filepath.Join(folder, instance.AuditLog), audit.VerifyOptions{
		Checkpoints: filepath.Join(folder, instance.AuditCheckpoints), Keys: []ed25519.PublicKey{key.Public().(ed25519.PublicKey)}, Marks: marks})
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}
