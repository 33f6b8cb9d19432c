package config

import (
	"strings"
	"testing"
	"time"
)

const goodDigest = `server: {public_url: https://bellwether.example}
digest:
  day: Thursday
  hour: 7
  smtp: {host: mail.example, from: bellwether@council.example, username: bw, password_file: smtp.password}
  recipients: {qsig_chair: [chair@council.example], commissioner: [market@council.example, deputy@council.example]}
`

func TestDigestSettings(t *testing.T) {
	cfg, err := Parse("x", []byte(goodDigest))
	if err != nil {
		t.Fatal(err)
	}
	if !cfg.Digest.On() || cfg.Digest.Weekday() != time.Thursday || cfg.Digest.SMTP.Port != 587 || cfg.Digest.SMTP.TLS != "starttls" {
		t.Errorf("read as %+v", cfg.Digest)
	}
	if cfg, err := Parse("x", nil); err != nil || cfg.Digest.On() || cfg.Digest.Weekday() != time.Monday {
		t.Errorf("an empty file: %+v, %v", cfg.Digest, err)
	}
	for _, tt := range []struct{ name, old, new, field, why string }{
		{"no address of its own", "server: {public_url: https://bellwether.example}\n", "", "digest.recipients", "server.public_url"},
		{"no day", "Thursday", "Someday", "digest.day", "no day of the week"},
		{"an hour too late", "hour: 7", "hour: 24", "digest.hour", "between 0 and 23"},
		{"no server", "host: mail.example, ", "", "digest.smtp.host", "is missing"},
		{"an open line", "host: mail.example", "tls: none, host: mail.example", "digest.smtp.tls", "on this machine only"},
		{"an unknown line", "host: mail.example", "tls: maybe, host: mail.example", "digest.smtp.tls", "must be"},
		{"a port", "host: mail.example", "port: 99999, host: mail.example", "digest.smtp.port", "between"},
		{"a sender", "from: bellwether@council.example", "from: bellwether", "digest.smtp.from", "must be an address"},
		{"a name without a password", ", password_file: smtp.password", "", "digest.smtp.username", "go together"},
		{"a path", "smtp.password", "../smtp.password", "digest.smtp.password_file", "without a path"},
		{"an unknown role", "qsig_chair:", "chairman:", "digest.recipients", "is not a role"},
		{"a name in an address", "[chair@council.example]", "[\"Chair <chair@council.example>\"]", "digest.recipients.qsig_chair", "plain address"},
		{"two lines in an address", "[chair@council.example]", "[\"chair@council.example\\r\\nBcc: x@y.example\"]", "digest.recipients.qsig_chair", "plain address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(goodDigest, tt.old, tt.new, 1)
			if text == goodDigest {
				t.Fatalf("%q is not in the example", tt.old)
			}
			_, err := Parse("x", []byte(text))
			if err == nil || !strings.Contains(err.Error(), tt.field+": ") || !strings.Contains(err.Error(), tt.why) {
				t.Errorf("says %v", err)
			}
		})
	}
}
