package doctor

import "syscall"

// unsynchronised is the state that the kernel reports while no time server disciplines its clock (TIME_ERROR in adjtimex).
const unsynchronised = 5

func synchronised() (bool, error) {
	var tx syscall.Timex
	state, err := syscall.Adjtimex(&tx)
	return state != unsynchronised, err
}
