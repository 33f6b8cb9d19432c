// Package backup copies an instance while its server runs, and makes an instance again from such a copy.
//
// A backup is a folder: the raw file, the landing zone with its manifest, the newest snapshot, the casework store, the audit and the
// configuration, with the sum of each file in SHA256SUMS, which `sha256sum -c` reads too. Secrets are left out unless asked for: who
// holds both the data and the keys holds everything. A folder gets its final name only when it is whole and on the disk.
package backup
