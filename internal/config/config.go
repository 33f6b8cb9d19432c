package config

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"bellwether/internal/priority"
)

// FileName is the configuration's name inside an instance folder.
const FileName = "bellwether.yml"

// Config is everything an instance is told.
type Config struct {
	Council   string            `yaml:"council"`
	Areas     []string          `yaml:"areas"`
	Marking   string            `yaml:"marking"`
	AsOf      string            `yaml:"as_of"`
	Server    Server            `yaml:"server"`
	SignIn    SignIn            `yaml:"sign_in"`
	Metrics   Metrics           `yaml:"metrics"`
	Warehouse Warehouse         `yaml:"warehouse"`
	Snapshots Snapshots         `yaml:"snapshots"`
	Runs      Runs              `yaml:"runs"`
	Rules     Rules             `yaml:"rules"`
	Casework  Casework          `yaml:"casework"`
	Digest    Digest            `yaml:"digest"`
	Webhook   Webhook           `yaml:"webhook"`
	Tracing   Tracing           `yaml:"tracing"`
	Publish   Publish           `yaml:"publish"`
	Ingest    Ingest            `yaml:"ingest"`
	Sources   map[string]Source `yaml:"sources"`

	Dir string `yaml:"-"` // the instance folder
}

// Server is where the dashboard listens.
type Server struct {
	Listen string `yaml:"listen"`
	// PublicURL is how browsers reach the dashboard, as https://name; empty where they use the address it listens on.
	PublicURL string `yaml:"public_url"`
	// WebConfig is a file with the dashboard's own certificate and key, in the format that Prometheus's exporters share; empty where a
	// proxy in front speaks TLS.
	WebConfig string `yaml:"web_config"`
	// TrustedProxies are the addresses or networks of the proxies whose X-Forwarded-For is believed.
	TrustedProxies  []string      `yaml:"trusted_proxies"`
	SessionIdle     time.Duration `yaml:"session_idle"`
	SessionAbsolute time.Duration `yaml:"session_absolute"`
	// ExportRows is how many rows above published facts one person takes away within a day, in files and over the API; 0 is no bound.
	ExportRows int64 `yaml:"export_rows_per_day"`
}

// Proxies are the networks of TrustedProxies.
func (s Server) Proxies() (all []netip.Prefix, err error) {
	for _, text := range s.TrustedProxies {
		network, err := netip.ParsePrefix(text)
		if at, only := netip.ParseAddr(text); only == nil {
			network, err = at.Prefix(at.BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address such as 127.0.0.1 nor a network such as 10.1.0.0/16", text)
		}
		if network.Bits() == 0 {
			return nil, fmt.Errorf("%q is every address there is: anybody could claim to be anybody; name the proxies alone", text)
		}
		all = append(all, network.Masked())
	}
	return all, nil
}

// Warehouse bounds the engine and says how many snapshots are kept.
type Warehouse struct {
	MemoryMiB     int `yaml:"memory_mib"`
	Threads       int `yaml:"threads"`
	KeepSnapshots int `yaml:"keep_snapshots"`
	// KeepRuns is how many runs that published keep their log, and how many of the others.
	KeepRuns int `yaml:"keep_runs"`
	// Extensions is the folder with the engine's extensions that an operator supplies; empty for none.
	Extensions string `yaml:"extensions"`
	// InstallExtensions lets the engine fetch an extension that the folder has not.
	InstallExtensions bool `yaml:"install_extensions"`
	// EncryptionKeyFile is a file under secrets/; set, the raw file, builds and snapshots are encrypted.
	EncryptionKeyFile string `yaml:"encryption_key_file"`
}

// Runs says how runs stand beside those who read.
type Runs struct {
	// Nice is the operating system's nice value of a run: how far it gives way to everything else on the machine, from 0 for not at all to 19.
	Nice int `yaml:"nice"`
}

// Rules names the rule set: one that ships (default, west-sussex, tower-hamlets) or a file in the instance folder.
type Rules struct {
	Set string `yaml:"set"`
}

// Casework says which pathway cases follow: a form that ships, or a file in the instance folder.
type Casework struct {
	Pathway string `yaml:"pathway"`
	// ClearingLeads are the user names of those who clear lists of destinations; empty lets everybody whose role may.
	ClearingLeads []string `yaml:"clearing_leads"`
	// NoteDays is after how many working days without a note an item that was taken up returns; ReviewDays within how many it is to be
	// taken up.
	NoteDays   int      `yaml:"note_days"`
	ReviewDays int      `yaml:"review_days"`
	Postgres   Postgres `yaml:"postgres"`
}

// Ingest bounds what one file may be.
type Ingest struct {
	MaxFileMiB       int     `yaml:"max_file_mib"`
	MaxBadRowPercent float64 `yaml:"max_bad_row_percent"`
	// KeepFilesDays is after how many days a delivered file is erased and only its pseudonymised rows are kept; 0 keeps it until its retention ends.
	KeepFilesDays int `yaml:"keep_files_days"`
}

// Source is one feed's schedule and the council's own mapping.
type Source struct {
	Enabled  *bool         `yaml:"enabled"`
	Every    time.Duration `yaml:"every"`
	Expected int           `yaml:"expected_days"` // a delivery is late when older than this
	Mapping  string        `yaml:"mapping"`       // a mapping that ships, or a file in the instance folder
	API      *API          `yaml:"api"`           // set where the source is asked for its data; only cqc_api can be
}

// API says how a source is asked over the network.
type API struct {
	KeyFile       string   `yaml:"key_file"`        // in the instance folder; the key itself never stands in the configuration
	BaseURL       string   `yaml:"base_url"`        // empty for the publisher's own
	PartnerCode   string   `yaml:"partner_code"`    // names the caller to the publisher
	Areas         []string `yaml:"areas"`           // local authorities in the publisher's words; empty for the instance's areas
	FullEveryDays int      `yaml:"full_every_days"` // everything is read again after so many days; 30 unless told
}

// On says whether the source is to be read; it is, unless switched off.
func (s Source) On() bool { return s.Enabled == nil || *s.Enabled }

// Default is the configuration that an empty file gives.
func Default() Config {
	return Config{
		Marking:   "OFFICIAL-SENSITIVE",
		Server:    Server{Listen: "127.0.0.1:8080", SessionIdle: 15 * time.Minute, SessionAbsolute: 12 * time.Hour, ExportRows: 50000},
		SignIn:    SignIn{Local: true, SecondFactor: "optional"},
		Warehouse: Warehouse{MemoryMiB: 1024, Threads: 2, KeepSnapshots: 10, KeepRuns: 200},
		Snapshots: Snapshots{Every: 5 * time.Second},
		Runs:      Runs{Nice: 10},
		Rules:     Rules{Set: "default"},
		Casework:  Casework{NoteDays: 5, ReviewDays: 10, Postgres: Postgres{Lease: 15 * time.Second}},
		Digest:    Digest{Day: "monday", Hour: 8, SMTP: SMTP{Port: 587, TLS: "starttls"}},
		Publish:   Publish{Parquet: Parquet{Keep: 3}, DuckLake: DuckLake{KeepDays: 7}},
		Ingest:    Ingest{MaxFileMiB: 2048, MaxBadRowPercent: 50},
		Sources:   map[string]Source{},
	}
}

// Error says what is wrong with a configuration, where, and what to do.
type Error struct {
	File  string
	Field string
	Why   string
}

// Error gives one sentence with the file and the field.
func (e *Error) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s: %s", e.File, e.Why)
	}
	return fmt.Sprintf("%s: %s: %s", e.File, e.Field, e.Why)
}

// ErrNoInstance says that a folder is not an instance.
var ErrNoInstance = errors.New("no Bellwether instance here")

// Load reads dir/bellwether.yml over the defaults and checks it.
func Load(dir string) (Config, error) {
	path := filepath.Join(dir, FileName)
	src, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return Config{}, fmt.Errorf("%w: %s does not exist; make an instance with `bellwether init %s`, or name one with --dir", ErrNoInstance, path, dir)
	case err != nil:
		return Config{}, &Error{File: path, Why: fmt.Sprintf("can't be read (%v); check the file's permissions", errors.Unwrap(err))}
	}
	cfg, err := Parse(path, src)
	if err != nil {
		return Config{}, err
	}
	cfg.Dir = dir
	return cfg, nil
}

// Parse decodes and checks a configuration; name is used in messages.
func Parse(name string, src []byte) (Config, error) {
	cfg := Default()
	if len(bytes.TrimSpace(src)) > 0 {
		dec := yaml.NewDecoder(bytes.NewReader(src), yaml.DisallowUnknownField())
		if err := dec.Decode(&cfg); err != nil {
			return Config{}, &Error{File: name, Why: strings.TrimSpace(yaml.FormatError(err, false, true)) + "\nCorrect that line; docs/configuration.md lists every setting"}
		}
	}
	if cfg.Sources == nil {
		cfg.Sources = map[string]Source{}
	}
	return cfg, cfg.validate(name)
}

func (c Config) validate(name string) error {
	fail := func(field, why string) error { return &Error{File: name, Field: field, Why: why} }
	if c.AsOf != "" {
		if _, err := time.Parse(time.DateOnly, c.AsOf); err != nil {
			return fail("as_of", fmt.Sprintf("%q is not a date; write it as 2026-03-14, or leave it out to use today's date", c.AsOf))
		}
	}
	if host, _, ok := strings.Cut(c.Server.Listen, ":"); !ok || host == "" {
		return fail("server.listen", fmt.Sprintf("%q is not host:port; for example 127.0.0.1:8080", c.Server.Listen))
	}
	if c.Server.PublicURL != "" {
		if u, err := url.Parse(c.Server.PublicURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return fail("server.public_url", "must be a scheme and a name without a path, for example https://bellwether.example.gov.uk")
		}
	}
	if c.Server.SessionIdle < time.Minute || c.Server.SessionAbsolute < c.Server.SessionIdle || c.Server.SessionAbsolute > 24*time.Hour {
		return fail("server.session_idle", "must be at least 1m and at most session_absolute, which may be at most 24h")
	}
	if c.Server.WebConfig != "" && strings.HasPrefix(c.Server.PublicURL, "http://") {
		return fail("server.public_url", "must begin with https:// where server.web_config is set: browsers reach the dashboard over TLS alone")
	}
	if _, err := c.Server.Proxies(); err != nil {
		return fail("server.trusted_proxies", err.Error())
	}
	if c.Server.ExportRows < 0 {
		return fail("server.export_rows_per_day", "must be at least 0, where 0 is no bound")
	}
	if field, why := c.SignIn.check(c.Server.PublicURL); why != "" {
		return fail("sign_in."+field, why)
	}
	if field, why := c.Metrics.check(); why != "" {
		return fail("metrics."+field, why)
	}
	if field, why := c.Tracing.check(); why != "" {
		return fail("tracing."+field, why)
	}
	if field, why := c.Webhook.check(); why != "" {
		return fail("webhook."+field, why)
	}
	if field, why := c.Digest.check(c.Server.PublicURL); why != "" {
		return fail("digest."+field, why)
	}
	if field, why := c.Publish.check(); why != "" {
		return fail("publish."+field, why)
	}
	if field, why := c.Snapshots.check(); why != "" {
		return fail("snapshots."+field, why)
	}
	if field, why := c.Casework.Postgres.check(); why != "" {
		return fail("casework.postgres."+field, why)
	}
	if c.Casework.NoteDays < 1 || c.Casework.NoteDays > 60 {
		return fail("casework.note_days", "must be between 1 and 60 working days")
	}
	if c.Casework.ReviewDays < 1 || c.Casework.ReviewDays > 60 {
		return fail("casework.review_days", "must be between 1 and 60 working days")
	}
	if c.Warehouse.MemoryMiB < 256 {
		return fail("warehouse.memory_mib", "must be at least 256")
	}
	if c.Warehouse.Threads < 1 || c.Warehouse.Threads > 256 {
		return fail("warehouse.threads", "must be between 1 and 256")
	}
	if c.Warehouse.KeepSnapshots < 1 {
		return fail("warehouse.keep_snapshots", "must be at least 1: the newest snapshot is what the dashboard serves")
	}
	if c.Warehouse.KeepRuns < 1 {
		return fail("warehouse.keep_runs", "must be at least 1: a run that failed is looked for in its log")
	}
	if c.Runs.Nice < 0 || c.Runs.Nice > priority.Lowest {
		return fail("runs.nice", fmt.Sprintf("must be between 0, which has a run take what it can get, and %d, which has it wait for everything else", priority.Lowest))
	}
	if strings.ContainsAny(c.Warehouse.EncryptionKeyFile, `/\`) || c.Warehouse.EncryptionKeyFile == ".." {
		return fail("warehouse.encryption_key_file", "names a file in the folder secrets, without a path")
	}
	if c.Warehouse.Extensions != "" && !filepath.IsAbs(c.Warehouse.Extensions) {
		return fail("warehouse.extensions", "must be a whole path, for example /opt/duckdb/extensions")
	}
	if c.Ingest.MaxFileMiB < 1 {
		return fail("ingest.max_file_mib", "must be at least 1")
	}
	if c.Ingest.KeepFilesDays < 0 || c.Ingest.KeepFilesDays > 0 && c.Ingest.KeepFilesDays < 7 {
		return fail("ingest.keep_files_days", "must be at least 7, so that a bad delivery can be read again, or 0 to keep delivered files until their retention ends")
	}
	if c.Ingest.MaxBadRowPercent < 0 || c.Ingest.MaxBadRowPercent > 100 {
		return fail("ingest.max_bad_row_percent", "must be between 0 and 100")
	}
	if c.Marking == "" || strings.ContainsAny(c.Marking, "\r\n<>") {
		return fail("marking", "must be one line of plain text, such as OFFICIAL-SENSITIVE")
	}
	names := make([]string, 0, len(c.Sources))
	for n := range c.Sources {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		if api := c.Sources[n].API; api != nil {
			switch {
			case n != "cqc_api":
				return fail("sources."+n+".api", "only cqc_api can be asked over the network; the other sources read files from their inbox")
			case api.KeyFile == "":
				return fail("sources."+n+".api.key_file", "name the file that holds the subscription key, for example secrets/cqc-api.key")
			case api.FullEveryDays < 0:
				return fail("sources."+n+".api.full_every_days", "must not be negative; leave it out for 30")
			}
		}
		if every := c.Sources[n].Every; every != 0 && every < time.Minute {
			return fail("sources."+n+".every", "must be at least one minute, for example 24h")
		}
	}
	return nil
}

// CheckSources refuses a configuration that names a source the program doesn't have.
func (c Config) CheckSources(known []string) error {
	for n := range c.Sources {
		if !slices.Contains(known, n) {
			return &Error{File: filepath.Join(c.Dir, FileName), Field: "sources." + n, Why: "there is no such source; the sources are " + strings.Join(known, ", ")}
		}
	}
	return nil
}

// Path joins names to the instance folder.
func (c Config) Path(names ...string) string {
	return filepath.Join(append([]string{c.Dir}, names...)...)
}
