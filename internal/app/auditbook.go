package app

import (
	"path/filepath"

	"bellwether/dashboard/page"
	"bellwether/internal/audit"
	"bellwether/internal/instance"
	"bellwether/internal/verify"
)

// auditBook reads the audit back for the auditor's page.
type auditBook struct {
	dir string
	log *audit.Log
}

// Recent implements page.AuditBook.
func (b auditBook) Recent(n int, match func(audit.Entry) bool) ([]audit.Entry, error) {
	return audit.Recent(filepath.Join(b.dir, instance.Audit, instance.AuditLog), n, match)
}

// Verify implements page.AuditBook.
func (b auditBook) Verify() (*audit.Report, error) { return verify.Audit(b.dir) }

// Status implements page.AuditBook.
func (b auditBook) Status() audit.Status { return b.log.Status() }

var _ page.AuditBook = auditBook{}
