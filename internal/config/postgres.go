package config

import (
	"strings"
	"time"
)

// Postgres is the database that casework is kept in when several servers share it; casework is a file of the instance while URL is empty.
type Postgres struct {
	URL string `yaml:"url"`
	// PasswordFile is a file under secrets/.
	PasswordFile string `yaml:"password_file"`
	// Lease is how long a machine that dies keeps the pipeline from the others.
	Lease time.Duration `yaml:"lease"`
}

// check says what is wrong and in which field, nothing if all is well. What an address must be is known to the database's own package.
func (p Postgres) check() (field, why string) {
	switch {
	case p.Lease < time.Second || p.Lease > 10*time.Minute:
		return "lease", "must be between 1s and 10m"
	case p.PasswordFile != "" && (strings.ContainsAny(p.PasswordFile, `/\`) || p.PasswordFile == ".."):
		return "password_file", "names a file in the folder secrets, without a path"
	case p.PasswordFile != "" && p.URL == "":
		return "url", "is needed with password_file: postgres://bellwether@db.council.example/bellwether"
	}
	return "", ""
}
