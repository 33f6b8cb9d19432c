// Package e2e holds the tests that use Bellwether as its users do: the command line, a running server, a browser, a real Prometheus.
package e2e
