package postgres

import (
	"context"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// ServerError is a trouble of the database server, with what to do next.
type ServerError struct {
	Where    string
	Trouble  string
	NextStep string
	Err      error

	refused bool // the pooler answered, and no: the code that it gives everything says nothing of that
}

// Error says what is wrong and what to do next. The driver's own words are
// left out: they may name the user, and they fill several lines.
func (e *ServerError) Error() string {
	return fmt.Sprintf("casework store: the %s: %s%s: %s", e.Where, e.Trouble, code(e.Err), e.NextStep)
}

// Unavailable says that the server did not answer, or answered that it is stopping or starting: it is a matter of waiting.
func (e *ServerError) Unavailable() bool { return Unreachable(e) }

// Unwrap returns the driver's own error.
func (e *ServerError) Unwrap() error { return e.Err }

func code(err error) string {
	var raw *pgconn.PgError
	if errors.As(err, &raw) {
		return " (SQLSTATE " + raw.Code + ")"
	}
	return ""
}

const nothing = "nothing was recorded: "

// explain turns the server's codes and the network's errors into a sentence
// that an operator can act on, and leaves every other error alone.
func (db *DB) explain(err error) error {
	var known *ServerError
	if err == nil || errors.As(err, &known) {
		return err
	}
	fault := func(trouble, next string) error {
		return &ServerError{Where: db.where, Trouble: trouble, NextStep: next, Err: err}
	}
	var raw *pgconn.PgError
	if errors.As(err, &raw) {
		switch raw.Code {
		case "28P01", "28000":
			return fault("the server refused the user or the password", "check casework.postgres.url and the password file")
		case "3D000":
			return fault("there is no such database", "create it, or correct casework.postgres.url")
		case "42501":
			return fault("the user may not do this there", "let the user own the database: docs/several-machines.md has the statements")
		case "55P03":
			return fault("another server is writing to it", nothing+"try again")
		case "25006":
			return fault("it is a copy that may only be read", nothing+"name the server that takes writes in casework.postgres.url")
		case "53100":
			return fault("the server's disk is full", nothing+"make room there and try again")
		case "53300":
			return fault("the server has no connection left", nothing+"raise max_connections, or run fewer servers")
		case "57P01", "57P02", "57P03":
			return fault("the server is stopping or starting", nothing+"try again in a moment")
		case "XX001", "XX002":
			return fault("the server reports damaged data", "stop the service and restore the database from a backup")
		}
		if broken(raw) {
			trouble, next, refused := pooler(raw.Message)
			return &ServerError{Where: db.where, Trouble: trouble, NextStep: next, Err: err, refused: refused}
		}
		return err
	}
	if trouble, next := untrusted(err); trouble != "" {
		return fault(trouble, next)
	}
	if strings.Contains(err.Error(), "read only connection") { // the driver has no value for it
		return fault("none of its servers takes writes", nothing+"wait until the one that does is back, or promote the standby")
	}
	if unreachable(err) {
		return fault("the server can't be reached", nothing+"start it, or check casework.postgres.url and the network")
	}
	return err
}

// broken says that an answer is about the connection. PgBouncer gives this
// code to whatever it says itself, and only its words tell what that is.
func broken(raw *pgconn.PgError) bool { return strings.HasPrefix(raw.Code, "08") }

// pooler says what a pooler's own words mean, and whether they are a refusal
// rather than a server that it does not reach.
func pooler(words string) (trouble, next string, refused bool) {
	switch {
	case strings.Contains(words, "statement pooling"):
		return "the pooler in front of it keeps no transaction together", "set pool_mode to transaction or session there", true
	case strings.Contains(words, "startup parameter"):
		return "the pooler in front of it does not take a setting that the address holds", "leave it out of casework.postgres.url", true
	case strings.Contains(words, "authentication failed"), strings.Contains(words, "no such user"):
		return "the server refused the user or the password", "check casework.postgres.url and the password file, and whom the pooler in front of it knows", true
	case strings.Contains(words, "does not exist"), strings.Contains(words, "no such database"):
		return "there is no such database", "create it, or correct casework.postgres.url and what the pooler in front of it knows", true
	case strings.Contains(words, "max_client_conn"):
		return "the pooler in front of it has no connection left", nothing + "raise max_client_conn there, or run fewer servers", true
	}
	return "the pooler in front of it does not reach the server, or has no connection to it left", nothing + "start the server, or look into the pooler's log", false
}

// untrusted says what is wrong with the server's certificate, "" if that is not what is wrong.
func untrusted(err error) (trouble, next string) {
	var (
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
	)
	const rather = "; until then nothing is sent there"
	switch {
	case err == nil:
		return "", ""
	case errors.As(err, &unknown):
		return "its certificate is from an authority that this machine does not know", "name the council's own with sslrootcert in casework.postgres.url" + rather
	case errors.As(err, &name):
		return "its certificate is for another name", "use the name of the certificate in casework.postgres.url, or have one made for this name" + rather
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "its certificate has ended or does not hold yet", "renew it on the server, and check both clocks" + rather
	case errors.As(err, &invalid):
		return "its certificate is not one for a server", "have one made for this server" + rather
	case strings.Contains(err.Error(), "server refused TLS connection"): // the driver has no value for it
		return "the server does not speak TLS", "switch ssl on there" + rather
	}
	return "", ""
}

// uncertain explains the error of a commit. Where the answer is missing nobody
// can know whether the server recorded it, and the words must not claim to.
func (db *DB) uncertain(err error) error {
	var raw *pgconn.PgError
	unsent := errors.Is(err, pgconn.ErrConnClosed) // it was found closed before the question was put
	if !errors.As(err, &raw) && unreachable(err) && !unsent || raw != nil && broken(raw) {
		return &ServerError{Where: db.where, Trouble: "the connection broke while the server was asked to record", Err: err,
			NextStep: "it may have been recorded or not: look before you send it again"}
	}
	return db.explain(err)
}

// Unreachable says that an error of the store means that the server did not
// answer, as against an answer that refused.
func Unreachable(err error) bool {
	var known *ServerError
	if !errors.As(err, &known) {
		return false
	}
	var raw *pgconn.PgError
	if errors.As(known.Err, &raw) {
		return raw.Code == "57P01" || raw.Code == "57P02" || raw.Code == "57P03" || broken(raw) && !known.refused
	}
	return true
}

func unreachable(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) && !isConnect(err) {
		return false
	}
	var network net.Error
	return isConnect(err) || errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, net.ErrClosed)
}

func isConnect(err error) bool {
	var connect *pgconn.ConnectError
	return errors.As(err, &connect)
}
