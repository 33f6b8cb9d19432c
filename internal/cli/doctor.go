package cli

import (
	"errors"
	"fmt"
	"io"

	"bellwether/internal/doctor"
)

type doctorCmd struct{}

// Help gives an example.
func (doctorCmd) Help() string {
	return "Looks at room on the disk, rights of files, keys, the clock, sources, certificates, faults of the engine, and whether the instance is verified and backed up. It changes nothing, and says what to do about each finding.\n\n" +
		"Exit codes: 0 nothing is broken (there may be warnings); 3 something is.\n\nExample:\n  bellwether doctor --dir instance --json"
}

type doctorReport struct {
	Worst    doctor.Level     `json:"worst"`
	Findings []doctor.Finding `json:"findings"`
}

// Run looks the instance over.
func (doctorCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	findings, err := doctor.Examine(s.ctx, doctor.Options{Config: cfg, Now: s.Now})
	if err != nil {
		return err
	}
	worst := doctor.Worst(findings)
	if s.JSON {
		err = printJSON(s.Stdout, doctorReport{worst, findings})
	} else {
		printFindings(s.Stdout, findings)
	}
	if err == nil && worst == doctor.Fail {
		err = refusal{errors.New("something is broken; each finding above says what to do")}
	}
	return err
}

func printFindings(w io.Writer, findings []doctor.Finding) {
	for _, f := range findings {
		fmt.Fprintf(w, "%-5s %-14s %s\n", f.Level, f.Check, oneLine(f.Says))
		if f.Next != "" {
			fmt.Fprintf(w, "%-5s %-14s → %s\n", "", "", oneLine(f.Next))
		}
	}
}
