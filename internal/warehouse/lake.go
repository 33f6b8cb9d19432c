package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"bellwether/internal/failpoint"
)

// LakeOptions say where a DuckLake is: its catalogue in PostgreSQL, its data in a folder or a bucket.
type LakeOptions struct {
	Catalogue string // keywords and values as libpq takes them, without a password
	Password  string
	Data      string  // a folder, or s3://BUCKET/PREFIX
	Bucket    *Bucket // how the bucket is reached; nil for a folder
	Schema    string  // the tables' schema in the lake
	Limits    Limits
	// Snapshot is the folder of snapshots that a writer reads from; "" opens the lake for reading alone.
	Snapshots string
}

// Bucket says how an S3-compatible bucket is reached.
type Bucket struct {
	Endpoint  string // host:port; "" for Amazon's own
	Region    string
	KeyID     string
	Secret    string
	PathStyle bool // the bucket's name stands in the path, not in the host
	PlainHTTP bool // for a server on this machine
}

// LakeError says what is wrong with a lake, and what to do.
type LakeError struct {
	What, Next string
	Cause      error
}

// Error gives one sentence with the next step.
func (e *LakeError) Error() string {
	return fmt.Sprintf("%s: %s (%v)", e.What, e.Next, e.Cause)
}

// Unwrap gives the engine's own error.
func (e *LakeError) Unwrap() error { return e.Cause }

// Lake is a DuckLake that is open: for one writer, or for reading by any number of engines.
type Lake struct {
	db  *sql.DB
	opt LakeOptions
}

// OpenLake loads the extensions, attaches the lake (making an empty one on first use, unless it is only to be read), and locks the engine down: it
// then reaches the catalogue, the lake's data, the snapshots, and nothing else.
func OpenLake(ctx context.Context, opt LakeOptions) (*Lake, error) {
	l := &Lake{opt: opt}
	dirs := []string{opt.Data}
	if opt.Snapshots != "" {
		dirs = append(dirs, opt.Snapshots)
	}
	if opt.Limits.TempDir == "" {
		opt.Limits.TempDir = os.TempDir()
	}
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, err
	}
	l.db = sql.OpenDB(connector)
	err = lockDown(ctx, l.db, opt.Limits.withDefaults(opt.Data), dirs, func(conn *sql.Conn) error { return l.attach(ctx, conn, dirs) })
	if err != nil {
		return nil, errors.Join(l.explain(err), l.db.Close())
	}
	return l, nil
}

func (l *Lake) attach(ctx context.Context, conn *sql.Conn, dirs []string) error {
	x := l.opt.Limits.Vault.Extensions
	need := []string{ExtPostgres, ExtDuckLake}
	if l.opt.Bucket != nil || l.opt.Limits.Vault.Key != nil {
		need = append(need, ExtEncryption)
	}
	for _, name := range need {
		if err := x.load(ctx, conn, name); err != nil {
			return err
		}
	}
	statements := []string{"SET GLOBAL allow_persistent_secrets = false"}
	if l.opt.Password != "" {
		statements = append(statements, "CREATE SECRET"+optionsSQL(map[string]string{"TYPE": "postgres", "PASSWORD": Literal(l.opt.Password)}))
	}
	if b := l.opt.Bucket; b != nil {
		// Only now does the engine know what such an address is, and so what is allowed of it.
		statements = append(statements, b.secretSQL(), allowSQL(dirs))
	}
	options := map[string]string{"DATA_PATH": Literal(strings.TrimSuffix(l.opt.Data, "/") + "/")}
	if l.opt.Snapshots == "" {
		options["READ_ONLY"] = ""
	}
	statements = append(statements, "ATTACH "+Literal("ducklake:postgres:"+l.opt.Catalogue)+" AS "+Ident(lakeName)+optionsSQL(options))
	for _, s := range statements {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bucket) secretSQL() string {
	o := map[string]string{"TYPE": "s3", "KEY_ID": Literal(b.KeyID), "SECRET": Literal(b.Secret)}
	if b.Endpoint != "" {
		o["ENDPOINT"] = Literal(b.Endpoint)
	}
	if b.Region != "" {
		o["REGION"] = Literal(b.Region)
	}
	if b.PathStyle {
		o["URL_STYLE"] = Literal("path")
	}
	if b.PlainHTTP {
		o["USE_SSL"] = "false"
	}
	return "CREATE SECRET bucket" + optionsSQL(o)
}

// Replace puts a snapshot's tables in the place of those in the lake's schema, in one transaction: a reader meets all of the new ones or all of
// the old. About are facts of the publication, by name; they and each table's rows and fingerprint stand in the tables publication and
// publication_table.
func (l *Lake) Replace(ctx context.Context, snap SnapshotInfo, tables []LakeTable, about map[string]string) (rows int64, err error) {
	if err := l.opt.Limits.Vault.attach(ctx, l.db, snap.Path, attachedSnapshot, true); err != nil {
		return 0, sealedFault(snap.Path, err)
	}
	defer func() {
		_, gone := l.db.ExecContext(context.WithoutCancel(ctx), "DETACH "+Ident(attachedSnapshot))
		err = errors.Join(err, gone)
	}()
	err = withTx(ctx, l.db, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+Qualified(lakeName+"."+l.opt.Schema)); err != nil {
			return err
		}
		sums := make([]TableHash, 0, len(tables))
		for _, t := range tables {
			h := TableHash{Table: t.Name}
			if err := tx.QueryRow(ctx, sumSQL(t.source())).Scan(&h.Rows, &h.Sum); err != nil {
				return fmt.Errorf("read %s: %w", t.Table, err)
			}
			for _, q := range t.replaceSQL(l.opt.Schema) {
				if _, err := tx.Exec(ctx, q); err != nil {
					return fmt.Errorf("write %s: %w", t.Name, err)
				}
			}
			rows += h.Rows
			sums = append(sums, h)
		}
		return errors.Join(l.note(ctx, tx, sums, about), failpoint.At(failpoint.LakeFilled))
	})
	if err != nil {
		return 0, l.explain(err)
	}
	return rows, failpoint.At(failpoint.LakeReplaced)
}

// Trim forgets what was published before a moment, and removes the files that nothing needs any more.
func (l *Lake) Trim(ctx context.Context, before time.Time) error {
	return l.run(ctx, expireSQL(before), cleanSQL(before))
}

// Forget does the same and waits for nobody who may still read a file that was published before.
func (l *Lake) Forget(ctx context.Context, before time.Time) error {
	return l.run(ctx, expireSQL(before), cleanAllSQL)
}

func (l *Lake) run(ctx context.Context, queries ...string) error {
	for _, q := range queries {
		if _, err := l.db.ExecContext(ctx, q); err != nil {
			return l.explain(fmt.Errorf("remove older publications: %w", err))
		}
	}
	return nil
}

// explain puts the words of engine, catalogue and bucket into the user's, without the secrets.
func (l *Lake) explain(err error) error {
	var extension *ExtensionError
	if err == nil || errors.As(err, &extension) || errors.Is(err, context.Canceled) {
		return err
	}
	for _, secret := range l.opt.secrets() {
		if strings.Contains(err.Error(), secret) {
			err = errors.New(strings.ReplaceAll(err.Error(), secret, "…"))
		}
	}
	for _, k := range lakeFaults {
		for _, words := range k.words {
			if strings.Contains(err.Error(), words) {
				return &LakeError{What: k.what, Next: k.next, Cause: err}
			}
		}
	}
	return err
}

func (o LakeOptions) secrets() []string {
	var out []string
	if o.Password != "" {
		out = append(out, o.Password)
	}
	if o.Bucket != nil && o.Bucket.Secret != "" {
		out = append(out, o.Bucket.Secret)
	}
	return out
}

// lakeFaults are the ways in which a lake fails in use, by the words that others have for them.
var lakeFaults = []struct {
	words      []string
	what, next string
}{
	{[]string{"lock timeout"}, "the lake's catalogue is locked by somebody else", "see in the database who holds it (pg_stat_activity), wait for them or end them, and publish again; readers have the publication before"},
	{[]string{"password authentication failed", "no password supplied", "fe_sendauth"}, "the lake's catalogue refuses the user", "correct publish.ducklake.password_file, or the user in publish.ducklake.catalogue"},
	{[]string{"permission denied for", "must be owner"}, "the lake's catalogue refuses what its user wants to do", "give the user the right to make tables in that database"},
	{[]string{"Connection refused", "could not connect", "Unable to connect to Postgres", "connection to server", "could not translate host name"}, "the lake's catalogue can't be reached", "see that its server runs and that publish.ducklake.catalogue names it"},
	{[]string{"DATA_PATH", "data path"}, "the lake keeps its data elsewhere", "name in publish.ducklake.data what it was made with"},
	{[]string{"catalog version", "DuckLake version", "Unsupported ducklake"}, "the lake was made by another version of the extension ducklake", "use the extension of the version that the other engines use"},
	{[]string{"HTTP code 403", "HTTP code 401", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"}, "the bucket refuses", "correct publish.ducklake.s3.access_id and its secret, or the rights of that key in the bucket"},
	{[]string{"NoSuchBucket", "HTTP code 404"}, "there is no such bucket", "make it, or correct publish.ducklake.data"},
	{[]string{"Could not establish connection", "Could not connect to server error for HTTP", "Could not resolve hostname"}, "the bucket can't be reached", "see that its server runs and that publish.ducklake.s3.endpoint names it"},
}

// Close closes the handle.
func (l *Lake) Close() error { return l.db.Close() }
