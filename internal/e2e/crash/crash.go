// Package crash holds the tests that kill the program, fill its disks, break its files and flood it, as a whole program: what is tested
// runs in a process of its own. `make nightly` runs them longer.
package crash
