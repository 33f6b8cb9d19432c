package retention

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bellwether/ingest"
	"bellwether/internal/instance"
	"bellwether/internal/pipeline"
)

// FilesReport says what became of the delivered files whose days are over.
type FilesReport struct {
	Days   int        `json:"days"`
	Before time.Time  `json:"landed_before"`
	Erased []AgedFile `json:"erased"`
	Kept   []AgedFile `json:"kept"`
}

// AgedFile is one of them; Why says why it is kept.
type AgedFile struct {
	LoadID string `json:"load"`
	Source string `json:"source"`
	File   string `json:"file"`
	Age    int    `json:"age_days"`
	Inbox  bool   `json:"inbox_file_removed,omitempty"`
	Why    string `json:"why,omitempty"`
}

// FilesOptions say what is erased.
type FilesOptions struct {
	Days     int
	WithHeld bool // erase files with held rows too: the rows stay held, and can be mended only by another delivery
	DryRun   bool
}

// EraseFiles erases the delivered files that landed so many days ago, in the landing zone and in the inbox; the extract of their rows
// stays. A file under a legal hold is left alone, whatever was asked.
func EraseFiles(ctx context.Context, o Options, p *pipeline.Pipeline, f FilesOptions) (FilesReport, error) {
	now := o.Now()
	r := FilesReport{Days: f.Days, Before: now.AddDate(0, 0, -f.Days).UTC(), Erased: []AgedFile{}, Kept: []AgedFile{}}
	if f.Days <= 0 {
		return r, errors.New("delivered files have no age at which they are erased: set ingest.keep_files_days")
	}
	items, err := o.Book.List(ctx)
	if err != nil {
		return r, err
	}
	holds := map[string]bool{}
	for _, i := range items {
		if i.HeldBy != "" {
			holds[i.LoadID] = true
		}
	}
	aged, err := p.Loader().Aged(ctx, r.Before)
	if err != nil {
		return r, err
	}
	for _, a := range aged {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		line := AgedFile{LoadID: a.LoadID, Source: a.Source, File: a.File, Age: int(now.Sub(a.Landed).Hours() / 24), Why: why(a, holds[a.LoadID], f.WithHeld)}
		if line.Why != "" {
			r.Kept = append(r.Kept, line)
			continue
		}
		if !f.DryRun {
			// The inbox first: what is left there would be taken for a new delivery of bytes that are gone.
			if line.Inbox, err = takeFromInbox(o.Config.Path(instance.Inbox, a.Source), a.SHA256); err != nil {
				return r, fmt.Errorf("remove %s from the inbox: %w", a.File, err)
			}
			if err := p.Loader().Erase(ctx, a.LoadID, fmt.Sprintf("after %d days", f.Days)); err != nil {
				return r, err
			}
		}
		r.Erased = append(r.Erased, line)
	}
	return r, nil
}

// why says why a file whose days are over is kept, empty if it goes.
func why(a ingest.Aged, hold, withHeld bool) string {
	switch {
	case hold:
		return "a legal hold is on it"
	case a.Held != "" && !(withHeld && a.Mendable):
		return a.Held
	}
	return ""
}
