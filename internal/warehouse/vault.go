package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// Vault says how the raw file, builds and snapshots are encrypted (AES-256 in Galois/Counter Mode, by the engine). With no Key new files are
// plain, and an encrypted one is refused.
type Vault struct {
	Key        func() (string, error) // the key, from wherever it is kept; asked for each time a file is opened
	Extensions Extensions
}

// EncryptedError says that a file is encrypted and no key is configured.
type EncryptedError struct{ Path string }

// Error names the next step.
func (e *EncryptedError) Error() string {
	return fmt.Sprintf("%s is encrypted and no key is configured: name its file in warehouse.encryption_key_file", e.Path)
}

// KeyError says that a key does not open a file.
type KeyError struct{ Path string }

// Error names the next step.
func (e *KeyError) Error() string {
	return fmt.Sprintf("the key that warehouse.encryption_key_file names does not open %s: put back the key that it was written with, from your separate copy of the secrets folder. Without it the file can't be read by anybody; everything in it can be made again from the landing zone: move it away and run `bellwether run --full`", e.Path)
}

// flagAt is where a file says that it is encrypted: after a checksum of eight bytes, the word DUCK and the version of the layout.
const (
	magicAt = 8
	flagAt  = 20
)

// Encrypted says whether a file is an encrypted database, by its own word. A file that is missing or no database is not.
func Encrypted(path string) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, flagAt+1)
	if _, err := io.ReadFull(f, head); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return string(head[magicAt:magicAt+4]) == "DUCK" && head[flagAt]&1 == 1, nil
}

// seals says whether a file is to be opened with the key: it is encrypted, or it is yet to be made and a key is configured. A file that
// was written plain is read plain.
func (v Vault) seals(path string) (bool, error) {
	if path == "" {
		return false, nil
	}
	encrypted, err := Encrypted(path)
	switch {
	case err != nil:
		return false, err
	case encrypted && v.Key == nil:
		return false, &EncryptedError{Path: path}
	case encrypted:
		return true, nil
	}
	st, err := os.Stat(path)
	fresh := errors.Is(err, fs.ErrNotExist) || err == nil && st.Size() == 0
	return v.Key != nil && fresh, nil
}

// attachSQL attaches a database file, with the key where it is encrypted or is to be.
func (v Vault) attachSQL(path, as string, readOnly bool) (string, error) {
	var options []string
	sealed, err := v.seals(path)
	if err != nil {
		return "", err
	}
	if sealed {
		key, err := v.Key()
		if err != nil {
			return "", err
		}
		options = append(options, "ENCRYPTION_KEY "+Literal(key), "ENCRYPTION_CIPHER 'GCM'")
	}
	if readOnly {
		options = append(options, "READ_ONLY")
	}
	query := "ATTACH " + Literal(path) + " AS " + Ident(as)
	if len(options) > 0 {
		query += " (" + strings.Join(options, ", ") + ")"
	}
	return query, nil
}

// attach attaches a database file to an engine; the statement, which may hold the key, is in no error.
func (v Vault) attach(ctx context.Context, conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}, path, as string, readOnly bool) error {
	query, err := v.attachSQL(path, as, readOnly)
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, query)
	if err != nil && strings.Contains(err.Error(), "Wrong encryption key") {
		return &KeyError{Path: path}
	}
	return err
}

// openSealed opens an encrypted file: an engine in memory that has loaded the extension which encrypts, with the file attached under the name
// that the engine would have given it and in use on every connection of the pool.
func openSealed(ctx context.Context, path string, readOnly bool, lim Limits, dirs []string) (*sql.DB, error) {
	name := catalogue(path)
	var attached atomic.Bool
	connector, err := duckdb.NewConnector("", func(conn driver.ExecerContext) error {
		if !attached.Load() {
			return nil
		}
		_, err := conn.ExecContext(context.Background(), "USE "+Ident(name), nil)
		return err
	})
	if err != nil {
		return nil, translate(path, err)
	}
	db := sql.OpenDB(&engine{connector})
	err = lockDown(ctx, db, lim, dirs, func(conn *sql.Conn) error {
		if err := lim.Vault.Extensions.load(ctx, conn, ExtEncryption); err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, "SET GLOBAL temp_file_encryption = true"); err != nil {
			return err
		}
		if err := lim.Vault.attach(ctx, conn, path, name, readOnly); err != nil {
			return err
		}
		attached.Store(true)
		_, err := conn.ExecContext(ctx, "USE "+Ident(name))
		return err
	})
	if err != nil {
		return nil, sealedFault(path, errors.Join(err, db.Close()))
	}
	return db, nil
}

// sealedFault keeps what is said of keys and extensions; a file that they open and that can't be read is damaged.
func sealedFault(path string, err error) error {
	var key *KeyError
	var extension *ExtensionError
	var encrypted *EncryptedError
	if errors.As(err, &key) || errors.As(err, &extension) || errors.As(err, &encrypted) || errors.Is(err, fs.ErrPermission) {
		return err
	}
	return translate(path, err)
}

// catalogue is the name under which an encrypted file is attached. The raw file's is the one that the models rely on.
func catalogue(path string) string {
	if filepath.Base(path) == RawFile {
		return "raw"
	}
	return "warehouse"
}
