// Package metrics gives alerting systems what they need to know, and nothing about who.
//
// Two registries, for two audiences. The operational one is safe for a corporate Prometheus: freshness, failures, checks, requests.
// The business one counts flags and levels; it is served on a path of its own with a credential of its own. Both read the published
// snapshot on each scrape, so that they agree with the screen. No label ever holds a provider, a person, a postcode or free text; a council
// that watches a few providers one by one lists them, and an opaque reference stands for each.
package metrics
