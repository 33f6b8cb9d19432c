// Package upgrade tests that an instance of every earlier version opens, and that one of a newer version is refused and left as it is.
package upgrade
