package app

import (
	"context"

	"bellwether/dashboard/page"
	"bellwether/internal/runlog"
)

// runsOf gives the dashboard the runs kept in an instance's folder.
type runsOf string

// List implements page.Runs.
func (dir runsOf) List(context.Context) ([]runlog.Run, error) { return runlog.List(string(dir)) }

// Read implements page.Runs.
func (dir runsOf) Read(_ context.Context, id string) (runlog.Detail, error) {
	return runlog.Read(string(dir), id)
}

var _ page.Runs = runsOf("")
