// Package ledger keeps the manifest: what was delivered, when, and what became of it.
//
// The manifest is a file of JSON lines beside the landed files. It is only ever added to; a line is on disk before Append
// returns, and carries a checksum. It is the truth outside the database: a database whose log was cut short opens without a
// warning and has simply forgotten loads, which a comparison with the manifest brings to light.
//
// A line that a loss of power tore can only be the last one, and was never acknowledged: opening cuts it off and reports it. A
// damaged line anywhere else means that the file was altered, and is an error.
package ledger
