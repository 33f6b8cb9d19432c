// Package pseudonym replaces the identifiers of people by keyed pseudonyms, from the moment a file is read.
//
// A pseudonym is HMAC-SHA-256 over the normalised identifier, cut to 128 bits, in hexadecimal. Each domain (person, staff,
// source) has a key of its own, derived by HKDF from one secret, so that a member of staff and a person supported who happen to
// share a number can't be linked. A plain hash would not do: every ten-digit number can be tried in minutes.
//
// The secret lives in one file outside the warehouse and its backups. Whoever has it can recompute pseudonyms from identifiers;
// whoever loses it can no longer link new files to old ones. Its fingerprint, which gives nothing away, is recorded with every run.
package pseudonym
