package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os/user"

	"bellwether/internal/access"
	"bellwether/internal/audit"
	"bellwether/internal/config"
	"bellwether/internal/instance"
)

// operator names who runs the command: the machine's own account, since the command line needs access to the instance's files.
func operator() string {
	u, err := user.Current()
	if err != nil {
		return "operator"
	}
	return "operator:" + u.Username
}

// auditQuery records that a query was asked, by its hash and never its text: a text may hold a name. If it can't be recorded the
// query isn't answered.
func auditQuery(s *session, cfg config.Config, snapshot, sql string) error {
	sum := sha256.Sum256([]byte(sql))
	return s.audited(cfg, audit.Record{Actor: operator(), Action: "query", Class: string(access.ClassC), Kind: "snapshot", ID: snapshot,
		Allow: true, Reason: "file_access", Purpose: "sha256:" + hex.EncodeToString(sum[:12]), PolicyHash: access.Hash()})
}

func (s *session) audited(cfg config.Config, r audit.Record) (err error) {
	log, err := instance.OpenAudit(cfg.Dir, s.Now)
	if err != nil {
		return fmt.Errorf("nothing is answered that can't be recorded: %w", err)
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	if err := log.Append(r); err != nil {
		return fmt.Errorf("nothing is answered that can't be recorded: %w", err)
	}
	return nil
}
