// Package landing keeps delivered files exactly as they came: immutable, named by the SHA-256 of their bytes, encrypted at rest.
//
// A file is written to a temporary name, synced, renamed, and its folder synced, so that a name in the store always stands for a
// whole file. Every file has an encryption key of its own, which only the holder of the landing key can unwrap (age, X25519);
// each piece is authenticated when it is read.
package landing
