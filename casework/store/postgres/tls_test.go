package postgres

import (
	"context"
	"database/sql"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"bellwether/casework/store/postgres/pgtest"
	"bellwether/casework/store/storetest"
	"bellwether/internal/tlstest"
)

// testTLS reaches the server as one on another machine is reached: by TLS, with a certificate that is checked. Whatever is wrong with it is one
// sentence that names the next step, and neither user nor password goes to a server that is not the right one.
func testTLS(t *testing.T, server *pgtest.Server) {
	council, other := tlstest.New(t), tlstest.New(t)
	right := council.Server(t, "127.0.0.1")
	at := server.OverTLS(t, right.CertFile, right.KeyFile)
	to := func(query url.Values) string {
		return (&url.URL{Scheme: "postgres", User: url.User(pgtest.User), Host: at, Path: "/postgres", RawQuery: query.Encode()}).String()
	}
	full := url.Values{"sslmode": {"verify-full"}, "sslrootcert": {council.CAFile}}
	ctx := context.Background()
	db := open(t, to(full))
	if _, err := db.Append(ctx, "a", 0, storetest.New(1)); err != nil {
		t.Fatal(err)
	}
	var version, cipher string
	if err := db.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRow("SELECT version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl").Scan(&version, &cipher)
	}); err != nil || !strings.HasPrefix(version, "TLSv1.") {
		t.Errorf("the server says %s %s, %v", version, cipher, err)
	}
	t.Logf("%s, %s", version, cipher)

	refused := func(name, address, want string) {
		t.Helper()
		db, err := Open(ctx, options(address))
		if err == nil {
			db.Close()
		}
		switch {
		case err == nil || !strings.Contains(err.Error(), want):
			t.Errorf("%s: Open() = %v, want %q", name, err, want)
		case strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), pgtest.Password) || strings.Contains(err.Error(), pgtest.User+"@"):
			t.Errorf("%s: not one sentence without secrets: %v", name, err)
		}
	}
	refused("a wrong authority", to(url.Values{"sslmode": {"verify-full"}, "sslrootcert": {other.CAFile}}), "its certificate is from an authority that this machine does not know: name the council's own with sslrootcert")
	refused("no authority", to(url.Values{"sslmode": {"verify-full"}}), "its certificate is from an authority that this machine does not know")
	refused("a file of authorities that is not there", to(url.Values{"sslmode": {"verify-full"}, "sslrootcert": {filepath.Join(t.TempDir(), "ca.pem")}}), "the file of sslrootcert can't be read")
	refused("without TLS", to(url.Values{"sslmode": {"disable"}}), "the server refused the user or the password")

	for _, tt := range []struct {
		name string
		pair tlstest.Pair
		want string
	}{
		{"another name", council.Server(t, "127.0.0.2"), "its certificate is for another name"},
		{"one that has ended", council.Ended(t, "127.0.0.1"), "its certificate has ended or does not hold yet"},
		{"one of a client", council.Issue(t, "client"), "its certificate is"},
	} {
		at = server.OverTLS(t, tt.pair.CertFile, tt.pair.KeyFile)
		refused(tt.name, to(full), tt.want)
	}
	// A server that speaks no TLS: what answers so on this port is no PostgreSQL at all.
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	go func() {
		for {
			c, err := plain.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 8))
			_, _ = c.Write([]byte("N"))
			_ = c.Close()
		}
	}()
	at = plain.Addr().String()
	refused("a server without TLS", to(full), "the server does not speak TLS: switch ssl on there")
}
