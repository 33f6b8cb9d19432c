// Package tlstest makes certificates for tests: an authority, servers and clients that it vouches for.
package tlstest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Authority vouches for certificates that are good for a day.
type Authority struct {
	CAFile string
	dir    string
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	serial int64
}

// Pair is a certificate and its key, as files.
type Pair struct{ CertFile, KeyFile string }

// New makes an authority.
func New(t testing.TB) *Authority {
	t.Helper()
	a := &Authority{dir: t.TempDir(), serial: 1}
	a.key = newKey(t)
	tmpl := a.template("test authority")
	tmpl.IsCA, tmpl.BasicConstraintsValid, tmpl.KeyUsage = true, true, x509.KeyUsageCertSign
	a.cert = tmpl
	der := a.sign(t, tmpl, &a.key.PublicKey)
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a.cert = cert
	a.CAFile = filepath.Join(a.dir, "ca.pem")
	writePEM(t, a.CAFile, "CERTIFICATE", der)
	return a
}

// Server makes a certificate for an address.
func (a *Authority) Server(t testing.TB, ip string) Pair {
	t.Helper()
	tmpl := a.template("server")
	tmpl.IPAddresses = []net.IP{net.ParseIP(ip)}
	tmpl.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	return a.pair(t, tmpl)
}

// Named makes a server's certificate for a name.
func (a *Authority) Named(t testing.TB, name string) Pair {
	t.Helper()
	tmpl := a.template("server")
	tmpl.DNSNames = []string{name}
	tmpl.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	return a.pair(t, tmpl)
}

// Ended makes a server's certificate whose life is over.
func (a *Authority) Ended(t testing.TB, ip string) Pair {
	t.Helper()
	tmpl := a.template("server")
	tmpl.IPAddresses = []net.IP{net.ParseIP(ip)}
	tmpl.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	tmpl.NotBefore, tmpl.NotAfter = tmpl.NotBefore.Add(-48*time.Hour), tmpl.NotAfter.Add(-48*time.Hour)
	return a.pair(t, tmpl)
}

// Issue makes a certificate for a client.
func (a *Authority) Issue(t testing.TB, name string) Pair {
	t.Helper()
	tmpl := a.template(name)
	tmpl.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.pair(t, tmpl)
}

// Client gives an HTTP client that trusts the authority and shows the certificate, if there is one.
func (a *Authority) Client(t testing.TB, with *Pair) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	conf := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	if with != nil {
		cert, err := tls.LoadX509KeyPair(with.CertFile, with.KeyFile)
		if err != nil {
			t.Fatal(err)
		}
		conf.Certificates = []tls.Certificate{cert}
	}
	transport := &http.Transport{TLSClientConfig: conf}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func (a *Authority) template(name string) *x509.Certificate {
	a.serial++
	now := time.Now()
	return &x509.Certificate{SerialNumber: big.NewInt(a.serial), Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature}
}

func (a *Authority) pair(t testing.TB, tmpl *x509.Certificate) Pair {
	t.Helper()
	key := newKey(t)
	der := a.sign(t, tmpl, &key.PublicKey)
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	base := filepath.Join(a.dir, tmpl.SerialNumber.String())
	p := Pair{CertFile: base + ".pem", KeyFile: base + ".key"}
	writePEM(t, p.CertFile, "CERTIFICATE", der)
	writePEM(t, p.KeyFile, "PRIVATE KEY", raw)
	return p
}

func (a *Authority) sign(t testing.TB, tmpl *x509.Certificate, pub *ecdsa.PublicKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, pub, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func writePEM(t testing.TB, path, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}
