package config

import (
	"net/url"
	"strings"
)

// Webhook is the one address that is told of flags; it is off while none is set.
type Webhook struct {
	URL string `yaml:"url"`
	// SecretFile is a file under secrets/, with which messages are signed.
	SecretFile string `yaml:"secret_file"`
}

// check says what is wrong and in which field, nothing if all is well.
func (w Webhook) check() (field, why string) {
	if w.URL == "" {
		return "", ""
	}
	u, err := url.Parse(w.URL)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost":
		return "url", "must be an https address without a name or password in it, such as https://hooks.council.example/bellwether"
	case w.SecretFile == "" || strings.ContainsAny(w.SecretFile, `/\`) || w.SecretFile == "..":
		return "secret_file", "names a file in the folder secrets, without a path; messages are signed with what it holds"
	}
	return "", ""
}
