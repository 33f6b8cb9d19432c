package instance

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"bellwether/internal/config"
)

// Folders of an instance. Secrets and personal material are readable by the owner alone.
const (
	Secrets   = "secrets"
	Inbox     = "inbox"
	Landing   = "landing"
	Warehouse = "warehouse"
	Snapshots = "snapshots"
	Casework  = "casework"
	Audit     = "audit"
	Temp      = "tmp"
	// Reports holds what was worked out for the pages to show, such as the last back-test. All of it can be made again.
	Reports = "reports"
)

// Files of an instance.
const (
	PseudonymKey = "pseudonym.key"
	LandingKey   = "landing.agekey"
	MetricsToken = "metrics.token"
	AuditKey     = "audit.key"
	// ReferenceKey makes the opaque references under which listed providers have metrics.
	ReferenceKey  = "metrics-reference.key"
	CaseworkStore = "casework.db"
	// SecondKey seals the secrets of second factors.
	SecondKey = "second-factor.key"
)

// Options are what a new instance is told.
type Options struct {
	Council string
	Areas   []string
	AsOf    string   // a fixed date, for demonstration data only
	Sources []string // the inbox folders to make
	Listen  string
}

// ErrExists says that the folder already holds an instance.
var ErrExists = errors.New("an instance already exists here")

// Create lays out a new instance. An instance that exists is left as it is and ErrExists is returned.
func Create(dir string, opt Options) error {
	path := filepath.Join(dir, config.FileName)
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%w: %s", ErrExists, path)
	}
	if err := Folders(dir, opt.Sources); err != nil {
		return err
	}
	text := configText(opt)
	if _, err := config.Parse(path, []byte(text)); err != nil {
		return err
	}
	return WriteFile(path, []byte(text), 0o600)
}

// Folders makes the folders that are missing.
func Folders(dir string, sources []string) error {
	folders := []string{"", Secrets, Inbox, Landing, Warehouse, Snapshots, Casework, Audit, Temp}
	for _, s := range sources {
		folders = append(folders, filepath.Join(Inbox, s))
	}
	for _, f := range folders {
		if err := os.MkdirAll(filepath.Join(dir, f), 0o700); err != nil {
			return fmt.Errorf("make the instance folder: %w; check that you may write there", err)
		}
	}
	return nil
}

// WriteFile writes a whole file or nothing: temporary name, fsync, rename, fsync the folder.
func WriteFile(path string, data []byte, mode os.FileMode) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(mode), tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func configText(opt Options) string {
	var b strings.Builder
	b.WriteString("# Bellwether's configuration. Every setting has a default; docs/configuration.md lists them all.\n")
	fmt.Fprintf(&b, "council: %q\n", opt.Council)
	if len(opt.Areas) == 0 {
		b.WriteString("# Local authorities whose services are looked at, as CQC spells them. Empty means everywhere.\nareas: []\n")
	} else {
		fmt.Fprintf(&b, "areas: [%s]\n", strings.Join(quoteAll(opt.Areas), ", "))
	}
	b.WriteString("marking: OFFICIAL-SENSITIVE\n")
	if opt.AsOf != "" {
		fmt.Fprintf(&b, "# The demonstration data end here, so the clock stands still. Remove this line for real use.\nas_of: %s\n", opt.AsOf)
	}
	if opt.Listen != "" {
		fmt.Fprintf(&b, "server:\n  listen: %s\n", opt.Listen)
	}
	b.WriteString("rules:\n  set: default   # or west-sussex, tower-hamlets, or a file in this folder\n")
	b.WriteString("# Per feed: every (how often to look), expected_days (late after), mapping (how the council's columns and values read).\nsources: {}\n")
	return b.String()
}

func quoteAll(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = fmt.Sprintf("%q", s)
	}
	return out
}
