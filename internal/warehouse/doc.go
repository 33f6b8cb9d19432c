// Package warehouse is the only package that knows DuckDB.
//
// Three kinds of file pass through it, each with one life:
//
//   - the raw file (Raw) holds loaded rows, the ledger of loads and the quarantine; one process opens it, under the instance
//     lock, while loading;
//   - the build file (Build) is made anew by every run from the raw file, so that a run is a function of its inputs;
//   - a snapshot (Snapshot) is a finished build under its final name; it never changes again, and any number of readers open it.
//
// Every handle is locked down before it is handed out: no extension is fetched or loaded, no file outside the named folders is
// reachable, the configuration can't be changed, and the time zone is UTC.
package warehouse
