// Package cli is the command line: one file a verb. Results go to standard output, progress and messages to standard error.
//
// Exit codes: 0 done; 1 failed; 2 wrong usage or configuration; 3 finished, but something was refused or a check failed, and the
// previous snapshot stays in force; 4 another process is at work in the instance; 130 interrupted.
package cli
