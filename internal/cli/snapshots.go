package cli

import (
	"fmt"

	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

type snapshotsCmd struct{}

// Help gives an example.
func (snapshotsCmd) Help() string { return "Example:\n  bellwether snapshots --dir instance" }

// Run lists the published snapshots, newest first.
func (snapshotsCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	all, err := warehouse.Snapshots(cfg.Path(instance.Snapshots))
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, all)
	}
	if len(all) == 0 {
		fmt.Fprintln(s.Stdout, "No snapshot has been published yet. `bellwether run` makes the first.")
		return nil
	}
	rows := make([][]string, len(all))
	for i, in := range all {
		mark := ""
		if i == 0 {
			mark = "in force"
		}
		rows[i] = []string{in.ID, in.Published.Format("2 Jan 2006 15:04:05"), size(in.Bytes), mark}
	}
	return printTable(s.Stdout, []string{"SNAPSHOT", "PUBLISHED (UTC)", "SIZE", ""}, rows)
}
