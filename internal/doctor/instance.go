package doctor

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"bellwether/casework/store/postgres"
	"bellwether/ingest/landing"
	"bellwether/ingest/ledger"
	"bellwether/ingest/pseudonym"
	"bellwether/ingest/sources"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/pipeline"
	"bellwether/internal/verify"
	"bellwether/internal/warehouse"
)

var (
	//go:embed sql/sources.sql
	sourcesSQL string
	//go:embed sql/key.sql
	keySQL string
)

// configuration: the file has been read; what it names must exist too.
func (e *examination) configuration(context.Context) {
	cfg := e.Config
	var names []string
	for _, s := range sources.All() {
		names = append(names, s.Name)
	}
	before := len(e.findings)
	if err := cfg.CheckSources(names); err != nil {
		e.fail("configuration", err.Error(), "correct "+config.FileName)
	}
	if _, err := pipeline.LoadRuleSet(cfg, cfg.Rules.Set); err != nil {
		e.fail("configuration", err.Error(), "correct rules.set in "+config.FileName+", or the rule set that it names: `bellwether rules lint` says more")
	}
	if cfg.AsOf != "" {
		e.warn("configuration", "as_of stands still at "+cfg.AsOf+": that is for demonstration data only", "remove as_of from "+config.FileName+" for real use")
	}
	if len(e.findings) == before {
		e.ok("configuration", "%s and what it names can be read", config.FileName)
	}
}

// keys: each can be read, and is the one that the data were made with.
func (e *examination) keys(ctx context.Context) {
	before := len(e.findings)
	restore := "restore it from your separate copy of the secrets folder; a new key can't read what the old one made"
	key, err := landing.OpenKey(e.Config.Path(instance.Secrets, instance.LandingKey))
	if err != nil {
		e.fail("keys", err.Error(), restore)
	} else if err := e.landed(ctx, key); err != nil {
		e.fail("keys", "the landing key does not open the newest landed file: "+err.Error(), restore)
	}
	ring, err := pseudonym.Open(e.Config.Path(instance.Secrets, instance.PseudonymKey))
	if err != nil {
		e.fail("keys", err.Error(), restore)
	} else if used := e.pseudonymKey(ctx); used != "" && used != ring.ID() {
		e.fail("keys", "the pseudonym key is not the one that the newest snapshot was made with: people would no longer be linked", restore)
	}
	if _, err := os.Stat(e.Config.Path(instance.Secrets, instance.AuditKey)); errors.Is(err, os.ErrNotExist) && e.hasAudit() {
		e.fail("keys", "the audit's signing key is missing", restore)
	}
	if _, err := instance.ReadSecret(e.Config.Path(instance.Secrets, instance.MetricsToken)); err != nil && !errors.Is(err, os.ErrNotExist) {
		e.fail("keys", err.Error(), "remove it; the server makes a new one when it starts")
	}
	old := e.oldKeys()
	if len(e.findings) == before {
		e.ok("keys", "%d are kept; each can be read, fits the data and is within its life", old)
	}
}

// oldKeys warns of each key whose life has ended, by the day that its file was written, and gives how many are kept.
func (e *examination) oldKeys() (kept int) {
	for _, k := range instance.Keys(e.Config) {
		st, err := os.Stat(k.Path(e.Config))
		if err != nil {
			continue // the look at what uses it says so
		}
		kept++
		if age := e.now.Sub(st.ModTime()); k.Life > 0 && age > k.Life {
			e.warn("keys", fmt.Sprintf("%s has been in use since %s, and is to be replaced every %d days", filepath.Base(k.File), day(st.ModTime()), int(k.Life.Hours()/24)), k.Change)
		}
	}
	return kept
}

// landed reads the newest landed file with the key.
func (e *examination) landed(ctx context.Context, key *landing.Key) error {
	records, err := ledger.Read(e.Config.Path(instance.Landing))
	if err != nil || len(records) == 0 {
		return err
	}
	store, err := landing.Open(e.Config.Path(instance.Landing), key, int64(e.Config.Ingest.MaxFileMiB)<<20)
	if err != nil {
		return err
	}
	defer store.Close()
	return store.Verify(ctx, records[len(records)-1].Kept())
}

func (e *examination) pseudonymKey(ctx context.Context) (id string) {
	_ = e.withSnapshot(func(db *sql.DB) error { return db.QueryRowContext(ctx, keySQL).Scan(&id) }) // the snapshot's own look reports what is wrong with it
	return id
}

func (e *examination) hasAudit() bool {
	_, err := os.Stat(e.Config.Path(instance.Audit, instance.AuditLog))
	return err == nil
}

func (e *examination) newest() *warehouse.SnapshotInfo {
	all, err := warehouse.Snapshots(e.Config.Path(instance.Snapshots))
	if err != nil || len(all) == 0 {
		return nil
	}
	return &all[0]
}

func (e *examination) withSnapshot(fn func(*sql.DB) error) error {
	newest := e.newest()
	if newest == nil {
		return warehouse.ErrNoSnapshot
	}
	snap, err := warehouse.OpenSnapshot(newest.Path, instance.SmallLimits(e.Config))
	if err != nil {
		return err
	}
	return errors.Join(fn(snap.DB()), snap.Close())
}

// snapshot: there is one, it opens, and its sources are fresh.
func (e *examination) snapshot(ctx context.Context) {
	before := len(e.findings)
	err := e.withSnapshot(func(db *sql.DB) error { return e.sources(ctx, db) })
	switch {
	case errors.Is(err, warehouse.ErrNoSnapshot):
		e.warn("snapshot", "nothing has been published yet", "put files into the inbox folders and run `bellwether run`")
	case errors.As(err, new(*warehouse.FormatError)):
		e.fail("snapshot", err.Error(), "run `bellwether run`")
	case err != nil:
		e.fail("snapshot", err.Error(), "run `bellwether verify`: it sets a damaged snapshot aside, so that the last good one is served")
	default:
		newest := e.newest()
		e.ok("snapshot", "%s was published on %s", newest.ID, newest.Published.Format("2 Jan 2006 15:04"))
		if len(e.findings) == before+1 {
			e.ok("sources", "every source that is switched on is fresh")
		}
	}
}

func (e *examination) sources(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, sourcesSQL)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name, state string
		var age, expected sql.NullInt64
		if err := rows.Scan(&name, &state, &age, &expected); err != nil {
			return err
		}
		switch state {
		case "late":
			e.warn("sources", fmt.Sprintf("%s is late: its newest delivery was %d days old when the snapshot was made, and one is expected every %d", name, age.Int64, expected.Int64), "ask whoever delivers it, or set sources."+name+".expected_days")
		case "never":
			e.warn("sources", name+" has never been delivered", "put a file into its inbox folder, or switch it off with sources."+name+".enabled: false")
		case "failing":
			e.fail("sources", name+" is failing: its newest delivery was refused", "`bellwether status` says why; mend the file or its mapping and deliver it again")
		}
	}
	return rows.Err()
}

func (e *examination) casework(ctx context.Context) {
	if !instance.HasStore(e.Config) {
		e.warn("casework", "there is no casework store, and so no account", "bellwether user add NAME --role system_admin")
		return
	}
	db, err := instance.OpenStore(ctx, e.Config, e.Now)
	if err != nil {
		e.fail("casework", err.Error(), "every page needs the casework store: docs/operations.md, incident steps")
		return
	}
	defer db.Close()
	if err := db.Check(ctx); err != nil {
		e.fail("casework", err.Error(), "stop the service and restore the casework store from a backup")
		return
	}
	server, is := db.(*postgres.DB)
	if is {
		hazards, err := server.Hazards(ctx)
		if err != nil {
			e.fail("casework", err.Error(), "ask whoever keeps the database server")
			return
		}
		for _, h := range hazards {
			e.warn("casework", fmt.Sprintf("the %s may lose what it acknowledged: %s", server.Where(), h), "have the database server's setting put right: docs/several-machines.md")
		}
	}
	e.ok("casework", "the store is whole")
	if is {
		e.serverClock(ctx, server)
	}
}

// serverClock holds the database's clock, by which leases end, against this machine's, by which decisions and sessions are dated.
func (e *examination) serverClock(ctx context.Context, server *postgres.DB) {
	before := e.Now()
	at, err := server.Clock(ctx)
	if err != nil {
		e.fail("clock", err.Error(), "ask whoever keeps the database server")
		return
	}
	e.against("that of the casework database", at.Sub(before.Add(e.Now().Sub(before)/2)), "what machines record would not be in order, and sessions and deadlines would end at other times on each")
}

func (e *examination) audit(context.Context) {
	if !e.hasAudit() {
		e.ok("audit", "nothing has been recorded yet")
		return
	}
	report, err := verify.Audit(e.Config.Dir)
	switch {
	case err != nil:
		e.fail("audit", err.Error(), "restore the audit's key and files from a backup")
	case !report.OK():
		e.fail("audit", report.Problems[0].Says, "run `bellwether audit verify`, keep the log as evidence, and tell whoever is responsible for the record")
	default:
		e.ok("audit", "%d entries hold against %d signed checkpoints", report.Entries, report.Checkpoints)
	}
}
