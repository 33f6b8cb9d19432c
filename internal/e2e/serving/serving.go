// Package serving holds the tests of a server that is busy: snapshots switched under load, stops while requests are in hand, clients that
// are slow or hostile, and a soak. `make nightly` soaks for half an hour.
package serving
