package postgres

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
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
	u.RawQuery = query.Encode()
	return u, nil
}

// local says that nothing leaves this machine: a socket in the file system, or
// the loopback address.
func local(u *url.URL) bool {
	host := u.Query().Get("host")
	if host == "" {
		host = u.Hostname()
	}
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
	for _, f := range cfg.Fallbacks {
		if f.TLSConfig == nil && cfg.TLSConfig != nil {
			return nil, "", errors.New("casework store: the address of the database lets the driver fall back to a connection without TLS")
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
	at := fmt.Sprintf("%s:%d", cfg.Host, cfg.Port)
	if strings.HasPrefix(cfg.Host, "/") {
		at = path.Clean(cfg.Host)
	}
	return cfg, fmt.Sprintf("database %s at %s", cfg.Database, at), nil
}
