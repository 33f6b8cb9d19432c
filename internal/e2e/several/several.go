// Package several holds the tests of several machines that serve one council: casework in a real PostgreSQL server, snapshots that others
// follow, and one pipeline among them. Each machine is a process or a server of its own with its own instance folder.
package several
