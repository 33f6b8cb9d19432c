// Package instance lays out an instance folder and guards it: one process at a time may load and publish.
package instance
