package digest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/wneessen/go-mail"
)

// Post says how messages leave.
type Post struct {
	Host string
	Port int
	// TLS is starttls, which must succeed, implicit, or none, which is for a relay on the same machine.
	TLS                string
	From               string
	Username, Password string
	// Config is the TLS configuration; nil trusts what the machine trusts.
	Config *tls.Config
}

// postTime bounds one conversation with the mail server.
const postTime = 30 * time.Second

// Send posts one digest to one address.
func (p Post) Send(ctx context.Context, d Digest, to string) error {
	m, err := p.message(d, to)
	if err != nil {
		return err
	}
	opts := []mail.Option{mail.WithPort(p.Port), mail.WithTimeout(postTime)}
	switch p.TLS {
	case "none":
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	case "implicit":
		opts = append(opts, mail.WithSSL())
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if p.Config != nil {
		opts = append(opts, mail.WithTLSConfig(p.Config))
	}
	if p.Username != "" {
		// Only methods that keep the password from a listener are chosen, unless the line itself is encrypted.
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(p.Username), mail.WithPassword(p.Password))
	}
	c, err := mail.NewClient(p.Host, opts...)
	if err != nil {
		return fmt.Errorf("mail server %s: %w; see digest.smtp in docs/configuration.md", p.Host, err)
	}
	if err := c.DialAndSendWithContext(ctx, m); err != nil {
		return fmt.Errorf("post the digest through %s:%d: %w", p.Host, p.Port, err)
	}
	return nil
}

func (p Post) message(d Digest, to string) (*mail.Msg, error) {
	text, err := d.Text()
	if err != nil {
		return nil, err
	}
	page, err := d.HTML()
	if err != nil {
		return nil, err
	}
	m := mail.NewMsg()
	if err := errors.Join(m.FromFormat("Bellwether", p.From), m.To(to)); err != nil {
		return nil, fmt.Errorf("address the digest: %w", err)
	}
	m.Subject(d.Subject)
	m.SetGenHeader("X-Protective-Marking", d.Marking)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(mail.TypeTextPlain, text)
	m.AddAlternativeString(mail.TypeTextHTML, page)
	return m, nil
}
