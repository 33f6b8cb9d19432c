// Package config reads an instance's one configuration file, bellwether.yml. Every setting has a default in code; an unknown key is
// an error with its line; secrets are never in the file, only the names of the files that hold them.
package config
