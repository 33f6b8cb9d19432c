// Package doctor looks an instance over and says what is wrong with it and what to do: room on the disk, rights of files, keys, the
// clock, the freshness of sources, certificates, faults of the engine, and whether it was verified, backed up and restored for practice.
// It changes nothing and reads no data about people.
package doctor
