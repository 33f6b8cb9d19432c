package cli

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"bellwether/internal/audit"
	"bellwether/internal/instance"
	"bellwether/internal/verify"
)

type auditCmd struct {
	Verify     auditVerifyCmd     `cmd:"" help:"Hold the audit's chain against its signed checkpoints and against marks kept elsewhere."`
	Checkpoint auditCheckpointCmd `cmd:"" help:"Sign how far the audit has come, and print a mark to keep elsewhere."`
}

type auditVerifyCmd struct {
	Mark []string `help:"A mark that an earlier checkpoint printed (NUMBER:HASH); may be repeated." placeholder:"MARK"`
}

// Help gives an example.
func (auditVerifyCmd) Help() string {
	return "Exit codes: 0 the audit holds; 3 it was changed, cut or replaced.\n\nExample:\n  bellwether audit verify --dir instance --mark 1042:9f3c…"
}

// Run verifies the audit.
func (c auditVerifyCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	var marks []audit.Checkpoint
	for _, m := range c.Mark {
		mark, err := audit.ParseMark(m)
		if err != nil {
			return usage{fmt.Errorf("--mark: %w", err)}
		}
		marks = append(marks, mark)
	}
	report, err := verify.Audit(cfg.Dir, marks...)
	if err != nil {
		return err
	}
	if s.JSON {
		err = printJSON(s.Stdout, auditReport(report))
	} else {
		s.printAudit(report)
	}
	if err == nil && !report.OK() {
		err = refusal{errors.New("the audit does not hold: keep the log as evidence, tell whoever is responsible for the record, and restore it from a backup")}
	}
	return err
}

type auditResult struct {
	OK          bool            `json:"ok"`
	Entries     uint64          `json:"entries"`
	First       time.Time       `json:"first_at"`
	Last        time.Time       `json:"last_at"`
	Checkpoints int             `json:"checkpoints"`
	Unsigned    uint64          `json:"unsigned_entries"`
	ClockBack   uint64          `json:"clock_went_back"`
	Problems    []audit.Problem `json:"problems"`
	Mark        string          `json:"mark"`
}

func auditReport(r *audit.Report) auditResult {
	return auditResult{OK: r.OK(), Entries: r.Entries, First: r.FirstAt, Last: r.LastAt, Checkpoints: r.Checkpoints, Unsigned: r.Unsigned, ClockBack: r.ClockBack,
		Problems: append([]audit.Problem{}, r.Problems...), Mark: r.Last.String()}
}

func (s *session) printAudit(r *audit.Report) {
	if r.OK() {
		fmt.Fprintf(s.Stdout, "The audit holds: %s entries, held against %d checkpoints; %d at the end are not covered by one yet.\n", count(int64(r.Entries)), r.Checkpoints, r.Unsigned)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(s.Stdout, "line %d: %s\n", p.Line, oneLine(p.Says))
	}
	if r.More > 0 {
		fmt.Fprintf(s.Stdout, "and %d more problems\n", r.More)
	}
	if r.ClockBack > 0 {
		fmt.Fprintf(s.Stdout, "The clock had gone back at %d entries; their order is certain, their times are not.\n", r.ClockBack)
	}
	fmt.Fprintf(s.Stdout, "The end is %s\n", r.Last)
}

type auditCheckpointCmd struct{}

// Help gives an example.
func (auditCheckpointCmd) Help() string {
	return "Keep what it prints where this machine can't change it: in the minutes, or with whoever is responsible for the record. `bellwether audit verify --mark` holds the audit against it later.\n\nExample:\n  bellwether audit checkpoint --dir instance"
}

// Run signs a checkpoint.
func (auditCheckpointCmd) Run(s *session) (err error) {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	log, err := instance.OpenAudit(cfg.Dir, s.Now)
	if err != nil {
		return err
	}
	if err := errors.Join(log.Checkpoint(), log.Close()); err != nil {
		return err
	}
	point, ok, err := audit.LastCheckpoint(filepath.Join(cfg.Dir, instance.Audit, instance.AuditCheckpoints))
	if err != nil {
		return err
	}
	if !ok {
		fmt.Fprintln(s.Stdout, "The audit is empty: there is nothing to sign yet.")
		return nil
	}
	key, err := audit.ReadKey(filepath.Join(cfg.Dir, instance.Secrets, instance.AuditKey))
	if err != nil {
		return err
	}
	public := audit.FormatPublicKey(key.Public().(ed25519.PublicKey))
	if s.JSON {
		return printJSON(s.Stdout, map[string]any{"mark": point.String(), "at": point.At, "public_key": public})
	}
	fmt.Fprintf(s.Stdout, "mark        %s\nsigned      %s UTC\npublic key  %s\n", point, point.At.UTC().Format("2 Jan 2006 15:04:05"), public)
	return nil
}
