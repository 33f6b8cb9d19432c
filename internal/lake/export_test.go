package lake

import "time"

// SetPatience changes for how long a locked catalogue is waited for, until the function that it gives is called.
func SetPatience(d time.Duration) (restore func()) {
	old := patience
	patience = d
	return func() { patience = old }
}
