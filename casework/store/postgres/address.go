package postgres

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// CheckURL says what is wrong with the address of a database, nothing if all is
// well. A password in it is refused, and so is a server on another machine
// without TLS whose certificate is checked.
func CheckURL(text string) error {
	_, err := parse(text)
	return err
}

func parse(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || strings.Trim(u.Path, "/") == "" {
		return nil, errors.New("must name the user, the server and the database, such as postgres://bellwether@db.council.example/bellwether")
	}
	if _, has := u.User.Password(); has || u.Query().Has("password") {
		return nil, errors.New("must not hold a password: put it into a file under secrets/ and name that file")
	}
	query := u.Query()
	switch mode := query.Get("sslmode"); {
	case local(u):
		if mode == "" {
			query.Set("sslmode", "disable")
		}
	case mode == "":
		query.Set("sslmode", "verify-full")
	case mode != "verify-full" && mode != "verify-ca":
		return nil, fmt.Errorf("sslmode=%s would send casework to another machine without knowing which: leave it out (verify-full), and name the authority with sslrootcert", mode)
	}
	// Of several servers one takes writes; which one, only they know.
	if query.Get("target_session_attrs") == "" && len(servers(u)) > 1 {
		query.Set("target_session_attrs", "read-write")
	}
	u.RawQuery = query.Encode()
	return u, nil
}

// local says that nothing leaves this machine, whichever of the servers answers.
func local(u *url.URL) bool {
	hosts := servers(u)
	return !slices.ContainsFunc(hosts, func(h string) bool { return !here(h) })
}

// servers are the hosts that an address names: several where a standby may take over from the server.
func servers(u *url.URL) []string {
	text := u.Query().Get("host")
	if text == "" {
		text = u.Host
	}
	hosts := strings.Split(text, ",")
	for i, h := range hosts {
		if name, _, err := net.SplitHostPort(h); err == nil {
			h = name
		}
		hosts[i] = strings.Trim(h, "[]")
	}
	return hosts
}

// here says that a host is a socket in the file system, or the loopback address.
func here(host string) bool {
	return host == "" || strings.HasPrefix(host, "/") || host == "localhost" || host == "127.0.0.1" || host == "::1"
}

// address gives the driver's configuration, and words for the database that
// hold neither user nor password.
func address(o Options) (*pgx.ConnConfig, string, error) {
	u, err := parse(o.URL)
	if err != nil {
		return nil, "", fmt.Errorf("casework store: the address of the database %w", err)
	}
	if file := u.Query().Get("sslrootcert"); file != "" && file != "system" {
		if _, err := os.ReadFile(file); err != nil {
			return nil, "", fmt.Errorf("casework store: the file of sslrootcert can't be read: %w: put the authority's certificate there, or correct casework.postgres.url", err)
		}
	}
	cfg, err := pgx.ParseConfig(u.String())
	if err != nil {
		return nil, "", fmt.Errorf("casework store: the address of the database can't be used: %w", err)
	}
	// Never what the environment or a file of the operator's own happens to hold: the secret comes from the instance's folder.
	cfg.Password = o.Password
	all := append([]*pgconn.FallbackConfig{{Host: cfg.Host, Port: cfg.Port, TLSConfig: cfg.TLSConfig}}, cfg.Fallbacks...)
	var at []string
	for _, f := range all {
		if f.TLSConfig == nil && !here(f.Host) {
			return nil, "", errors.New("casework store: the address of the database lets the driver fall back to a connection without TLS")
		}
		name := fmt.Sprintf("%s:%d", f.Host, f.Port)
		if strings.HasPrefix(f.Host, "/") {
			name = path.Clean(f.Host)
		}
		if !slices.Contains(at, name) {
			at = append(at, name)
		}
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 5 * time.Second
	}
	// A pooler gives each transaction another of its own connections, so nothing is left on one that the next would need: no prepared statement,
	// and no setting beside the two that every pooler carries over.
	cfg.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	for name, value := range map[string]string{"application_name": "bellwether", "timezone": "UTC"} {
		if cfg.RuntimeParams[name] == "" {
			cfg.RuntimeParams[name] = value
		}
	}
	return cfg, fmt.Sprintf("database %s at %s", cfg.Database, strings.Join(at, " or ")), nil
}
