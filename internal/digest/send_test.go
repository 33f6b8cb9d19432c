package digest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"net/http/httptest"
)

// office is a mail server on this machine: it offers STARTTLS and takes mail only over it, from one name and password.
type office struct {
	mu    sync.Mutex
	mails []string
	to    []string
	plain int // messages that were offered without TLS or a password
}

func (o *office) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, secure := c.TLSConnectionState()
	return &visit{office: o, secure: secure}, nil
}

type visit struct {
	office *office
	secure bool
	known  bool
	to     []string
}

func (v *visit) AuthMechanisms() []string { return []string{sasl.Plain} }

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, name, password string) error {
		if !v.secure || name != "bellwether" || password != "a long secret" {
			return errors.New("no")
		}
		v.known = true
		return nil
	}), nil
}

func (v *visit) Mail(string, *smtp.MailOptions) error {
	if !v.secure || !v.known {
		v.office.mu.Lock()
		v.office.plain++
		v.office.mu.Unlock()
		return smtp.ErrAuthRequired
	}
	return nil
}
func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error { v.to = append(v.to, to); return nil }
func (v *visit) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	v.office.mails, v.office.to = append(v.office.mails, string(body)), append(v.office.to, v.to...)
	return err
}
func (v *visit) Reset()        { v.to = nil }
func (v *visit) Logout() error { return nil }

// open starts the office and gives the way to it; withTLS says whether it offers STARTTLS.
func open(t *testing.T, withTLS bool) (*office, Post) {
	t.Helper()
	o := &office{}
	s := smtp.NewServer(o)
	// A certificate for 127.0.0.1 from the test server of the standard library.
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	t.Cleanup(web.Close)
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	if withTLS {
		s.TLSConfig = &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	// A server that is closed before it has begun to serve does not know its listener yet, so that is closed as well.
	t.Cleanup(func() { _ = s.Close(); _ = l.Close(); <-done })
	addr, _ := l.Addr().(*net.TCPAddr)
	return o, Post{Host: "127.0.0.1", Port: addr.Port, TLS: "starttls", From: "bellwether@council.example", Username: "bellwether", Password: "a long secret",
		Config: &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}}
}

func TestADigestIsPostedOverTLS(t *testing.T) {
	o, post := open(t, true)
	d := For("qsig_chair", input(), thursday)
	if err := post.Send(t.Context(), d, "chair@council.example"); err != nil {
		t.Fatal(err)
	}
	if len(o.mails) != 1 || o.to[0] != "chair@council.example" {
		t.Fatalf("%d messages to %v", len(o.mails), o.to)
	}
	m, err := mail.ReadMessage(strings.NewReader(o.mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "OFFICIAL-SENSITIVE: Bellwether, 1 Oct 2026: 7 to review, 1 overdue, 2 actions late, 1 source late" {
		t.Errorf("subject %q, %v", subject, err)
	}
	if m.Header.Get("X-Protective-Marking") != "OFFICIAL-SENSITIVE" || m.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("headers %v", m.Header)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		// NextRawPart leaves the encoding alone.
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		kinds[kind] = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
	text, _ := d.Text()
	page, _ := d.HTML()
	if strings.TrimSpace(kinds["text/plain"]) != strings.TrimSpace(text) || strings.TrimSpace(kinds["text/html"]) != strings.TrimSpace(page) {
		t.Errorf("the parts differ from the digest: %d kinds", len(kinds))
	}
}

// What can't be posted safely isn't posted at all.
func TestADigestIsNotPostedInTheOpen(t *testing.T) {
	d := For("qsig_chair", input(), thursday)
	for _, tt := range []struct {
		name    string
		withTLS bool
		change  func(*Post)
	}{
		{"the server offers no TLS", false, func(*Post) {}},
		{"a certificate that nobody vouches for", true, func(p *Post) { p.Config = nil }},
		{"the wrong password", true, func(p *Post) { p.Password = "guess" }},
		{"nobody listens", true, func(p *Post) { p.Port = 1 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, post := open(t, tt.withTLS)
			tt.change(&post)
			err := post.Send(t.Context(), d, "chair@council.example")
			if err == nil || len(o.mails) != 0 {
				t.Fatalf("posted %d, %v", len(o.mails), err)
			}
			for _, secret := range []string{"a long secret", "guess", "chair@council.example"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error gives %q away: %v", secret, err)
				}
			}
		})
	}
}

func TestABadAddressIsRefused(t *testing.T) {
	_, post := open(t, true)
	d := For("qsig_chair", input(), thursday)
	if err := post.Send(t.Context(), d, "not an address"); err == nil {
		t.Error("posted to no address")
	}
	post.From = ""
	if err := post.Send(t.Context(), d, "chair@council.example"); err == nil {
		t.Error("posted from nobody")
	}
}
