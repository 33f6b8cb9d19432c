// Package priority has a process give way to others of this machine: a run that takes in a day's records must not keep people waiting who
// read pages. It lowers the process alone and for as long as it lives; without rights nobody may raise a process again, so that work which
// is to give way is done by a process of its own.
package priority

// Lowest is the nice value of what gives way to everything else.
const Lowest = 19
