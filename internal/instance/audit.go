package instance

import (
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"time"

	"bellwether/internal/audit"
)

// Names of the audit's files.
const (
	AuditLog         = "audit.jsonl"
	AuditCheckpoints = "checkpoints.jsonl"
)

// OpenAudit opens the instance's audit log, making its signing key on first use.
func OpenAudit(dir string, now func() time.Time) (*audit.Log, error) {
	path := filepath.Join(dir, Secrets, AuditKey)
	key, err := audit.ReadKey(path)
	if errors.Is(err, os.ErrNotExist) {
		key, err = audit.CreateKey(path)
	}
	if err != nil {
		return nil, err
	}
	return openAudit(dir, key, now)
}

func openAudit(dir string, key ed25519.PrivateKey, now func() time.Time) (*audit.Log, error) {
	folder := filepath.Join(dir, Audit)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	return audit.Open(filepath.Join(folder, AuditLog), audit.Options{Now: now, Key: key, Checkpoints: filepath.Join(folder, AuditCheckpoints)})
}
