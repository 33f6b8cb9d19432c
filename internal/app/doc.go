// Package app is the running server: dashboard, API, metrics and schedule over one instance. New prepares it, Start listens, Stop takes
// it down in the opposite order, and Run does all three around a context.
package app
