// Package deploy holds what runs Bellwether and watches it: rules, alerts, dashboards, units, containers. Its tests give every file that
// can be checked here to the program that reads it.
package deploy
