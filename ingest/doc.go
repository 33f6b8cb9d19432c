// Package ingest takes delivered files into the raw tables: nothing is lost, nothing is guessed, nothing is loaded twice.
//
// The way of one file:
//
//	drop zone → landing (encrypted, named by content) → manifest "received" → decoder → contract → pseudonyms
//	          → Arrow batches → one transaction: raw rows, quarantine, ledger row → manifest "loaded" or "rejected"
//
// A load's id is the SHA-256 of source, window and bytes, so a second delivery is recognised and does nothing. The manifest
// beside the landing zone is the truth outside the database: Loader.Reconcile compares the two and loads again what the database
// lost or never finished. A process killed between any two steps leaves a state from which the next run goes on.
//
// A row that breaks its contract waits in quarantine with its reason; Loader.Replay reads the landed file again once the contract
// or the mapping has been mended, and loads what now passes.
//
// Every method that writes expects the caller to hold the instance's lock.
package ingest
