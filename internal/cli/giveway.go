package cli

import (
	"fmt"

	"bellwether/internal/config"
)

// giveWay has a verb that works for long, and for nobody who waits, leave the processor to those who read pages. It stays so until the
// process ends. Where the system does not allow it the verb works as it would have.
func (s *session) giveWay(cfg config.Config) {
	if s.GiveWay == nil || cfg.Runs.Nice == 0 {
		return
	}
	if err := s.GiveWay(cfg.Runs.Nice); err != nil && !s.Quiet {
		fmt.Fprintf(s.Stderr, "This work does not give way to people who read pages: %v. It goes on; `bellwether doctor` says what to do.\n", err)
	}
}
