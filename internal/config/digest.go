package config

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"bellwether/internal/access"
)

// Digest says to whom the weekly summary goes and how; it is off while nobody is named.
type Digest struct {
	// Day and Hour are when it goes, by the clock of the machine.
	Day  string `yaml:"day"`
	Hour int    `yaml:"hour"`
	SMTP SMTP   `yaml:"smtp"`
	// Recipients are the addresses for each role; each gets what its role may see.
	Recipients map[string][]string `yaml:"recipients"`
}

// SMTP is the mail server that takes the council's messages.
type SMTP struct {
	Host string `yaml:"host"`
	Port int    `yaml:"port"`
	TLS  string `yaml:"tls"`
	From string `yaml:"from"`
	// Username and the file in the folder secrets that holds its password; empty for a server that asks for none.
	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password_file"`
}

// Weekday is the day on which the digest goes.
func (d Digest) Weekday() time.Weekday {
	return time.Weekday(max(slices.Index(weekdays, strings.ToLower(d.Day)), 0))
}

var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// On says whether anybody is to get a digest.
func (d Digest) On() bool { return len(d.Recipients) > 0 }

// check says what is wrong and in which field, nothing if all is well.
func (d Digest) check(publicURL string) (field, why string) {
	if !slices.Contains(weekdays, strings.ToLower(d.Day)) {
		return "day", fmt.Sprintf("%q is no day of the week; write for example monday", d.Day)
	}
	if d.Hour < 0 || d.Hour > 23 {
		return "hour", "must be between 0 and 23"
	}
	if !slices.Contains([]string{"starttls", "implicit", "none"}, d.SMTP.TLS) {
		return "smtp.tls", "must be starttls, implicit or none"
	}
	if d.SMTP.PasswordFile != "" && (strings.ContainsAny(d.SMTP.PasswordFile, `/\`) || d.SMTP.PasswordFile == "..") {
		return "smtp.password_file", "is the name of a file in the folder secrets, without a path"
	}
	if !d.On() {
		return "", ""
	}
	local := d.SMTP.Host == "127.0.0.1" || d.SMTP.Host == "localhost" || d.SMTP.Host == "::1"
	_, badFrom := mail.ParseAddress(d.SMTP.From)
	switch {
	case publicURL == "":
		return "recipients", "needs server.public_url: the message points to the dashboard and must know its address"
	case d.SMTP.Host == "":
		return "smtp.host", "is missing: name the server that takes the council's messages"
	case d.SMTP.Port < 1 || d.SMTP.Port > 65535:
		return "smtp.port", "must be between 1 and 65535"
	case badFrom != nil:
		return "smtp.from", "must be an address, such as bellwether@council.example"
	case d.SMTP.TLS == "none" && !local:
		return "smtp.tls", "none is for a relay on this machine only; use starttls or implicit"
	case (d.SMTP.Username == "") != (d.SMTP.PasswordFile == ""):
		return "smtp.username", "and password_file go together"
	}
	known := access.Default().RoleNames()
	roles := make([]string, 0, len(d.Recipients))
	for role := range d.Recipients {
		roles = append(roles, role)
	}
	slices.Sort(roles)
	for _, role := range roles {
		if !slices.Contains(known, role) {
			return "recipients", fmt.Sprintf("%q is not a role; the roles are %s", role, strings.Join(known, ", "))
		}
		for _, to := range d.Recipients[role] {
			if a, err := mail.ParseAddress(to); err != nil || a.Address != to {
				return "recipients." + role, "each must be a plain address, such as chair@council.example"
			}
		}
	}
	return "", ""
}
