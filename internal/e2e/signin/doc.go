// Package signin holds the tests that sign in with a real browser through a real identity provider, both running in the test.
package signin
