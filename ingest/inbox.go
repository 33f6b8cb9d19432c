package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// Found is one file in a drop zone.
type Found struct {
	Source   string
	Path     string // below the source's folder, with slashes
	Name     string
	Received time.Time
	Size     int64
	Modified int64 // nanoseconds since 1970
	Done     bool  // the manifest shows that nothing is left to do
	LoadID   string
	Problem  string // why the file can't be taken, in words; "" if it can

	retry bool // rejected before under another reading
}

const receivedFolder = "received="

// Scan lists the files of the drop zones inbox/<source>/…, in the order in which they are to be loaded: by the day they reached us, then by
// name. The day is that of the innermost folder named received=YYYY-MM-DD, or today. No names sources means all. Files are not read:
// one that lies there unchanged since it was settled is recognised by path, size and time of change.
func (l *Loader) Scan(inbox string, names ...string) ([]Found, error) {
	if len(names) == 0 {
		names = l.cfg.Registry.Names()
	}
	root, err := os.OpenRoot(inbox)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the drop zone %s is missing: make the folder and put files into %s/<source>/: %w", inbox, inbox, err)
	}
	if err != nil {
		return nil, fmt.Errorf("look into the drop zone: %w", err)
	}
	defer root.Close()
	var out []Found
	for _, name := range names {
		src, err := l.cfg.Registry.Get(name)
		if err != nil {
			return nil, err
		}
		found, err := l.scan(root, src)
		if err != nil {
			return nil, fmt.Errorf("look into the drop zone of %s: %w", name, err)
		}
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b Found) int {
		if c := a.Received.Compare(b.Received); c != 0 {
			return c
		}
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return strings.Compare(a.Source+"/"+a.Path, b.Source+"/"+b.Path)
	})
	return out, nil
}

func (l *Loader) scan(root *os.Root, src *Source) ([]Found, error) {
	var out []Found
	today := l.Today()
	reading := l.reading(src)
	err := fs.WalkDir(root.FS(), src.Name, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			if p == src.Name && errors.Is(err, fs.ErrNotExist) {
				return fs.SkipDir
			}
			return err
		}
		if ignored(d.Name()) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		f := Found{Source: src.Name, Path: strings.TrimPrefix(p, src.Name+"/"), Name: d.Name(), Received: today}
		if f.Received, f.Problem = receivedOn(f.Path, today); f.Problem == "" && !d.Type().IsRegular() {
			f.Problem = "is not a plain file; links are not followed"
		}
		if f.Problem == "" {
			info, err := d.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil // taken away while we looked
			}
			if err != nil {
				return err
			}
			f.Size, f.Modified = info.Size(), info.ModTime().UnixNano()
			if rec, ok := l.cfg.Ledger.Seen(src.Name, f.Path, f.Size, f.Modified); ok {
				f.LoadID = rec.LoadID
				f.retry = rec.State == "rejected" && rec.Reading != reading
				f.Done = rec.Settled() && !f.retry
			}
		}
		out = append(out, f)
		return nil
	})
	return out, err
}

// ignored leaves out what people and programs leave beside their files: hidden files, office lock files, unfinished copies.
func ignored(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasPrefix(name, ".") && name != "." || strings.HasPrefix(name, "~$") || lower == "thumbs.db" || lower == "desktop.ini" ||
		strings.HasSuffix(lower, ".part") || strings.HasSuffix(lower, ".tmp") || strings.HasSuffix(lower, ".crdownload")
}

func receivedOn(p string, today time.Time) (time.Time, string) {
	folders := strings.Split(path.Dir(p), "/")
	for _, folder := range slices.Backward(folders) {
		day, ok := strings.CutPrefix(folder, receivedFolder)
		if !ok {
			continue
		}
		t, err := time.Parse(time.DateOnly, day)
		switch {
		case err != nil:
			return today, fmt.Sprintf("lies in the folder %q, which names no date: write it as %s2026-03-14", folder, receivedFolder)
		case t.After(today):
			return today, fmt.Sprintf("lies in the folder %q, a day still to come", folder)
		}
		return t, ""
	}
	return today, ""
}

// Taken is what became of a drop zone.
type Taken struct {
	Results []Result
	Failed  []Failure
	Done    int // files that were settled before
}

// LoadInbox loads what is new in the drop zones. A file that fails does not hold up the others; each, told of every result as it comes, may
// be nil.
func (l *Loader) LoadInbox(ctx context.Context, inbox string, each func(Result), names ...string) (Taken, error) {
	var t Taken
	found, err := l.Scan(inbox, names...)
	if err != nil {
		return t, err
	}
	root, err := os.OpenRoot(inbox)
	if err != nil {
		return t, fmt.Errorf("open the drop zone: %w", err)
	}
	defer root.Close()
	for _, f := range found {
		if err := ctx.Err(); err != nil {
			return t, err
		}
		switch {
		case f.Done:
			t.Done++
			continue
		case f.Problem != "":
			t.Failed = append(t.Failed, Failure{f.Source, f.Path, fmt.Errorf("%s %s", f.Path, f.Problem)})
			continue
		}
		r, err := l.loadFound(ctx, root, f)
		if l.stops(ctx, err) {
			return t, err
		}
		if err != nil {
			t.Failed = append(t.Failed, Failure{f.Source, f.Path, err})
			continue
		}
		t.Results = append(t.Results, r)
		if each != nil {
			each(r)
		}
	}
	return t, nil
}

func (l *Loader) loadFound(ctx context.Context, root *os.Root, f Found) (Result, error) {
	body, err := root.Open(path.Join(f.Source, f.Path))
	if err != nil {
		return Result{}, fmt.Errorf("open %s: %w", f.Path, err)
	}
	defer body.Close()
	return l.Load(ctx, Delivery{
		Source: f.Source, Name: f.Name, Received: f.Received, Body: body,
		path: f.Path, modified: f.Modified,
		settled: func() error {
			info, err := body.Stat()
			if err != nil {
				return err
			}
			if info.Size() != f.Size || info.ModTime().UnixNano() != f.Modified {
				return fmt.Errorf("%s is still being written; it is left for the next run", f.Path)
			}
			return nil
		},
	})
}

// LoadFile loads one file from anywhere. received may be zero for today.
func (l *Loader) LoadFile(ctx context.Context, source, file string, received time.Time) (Result, error) {
	body, err := openPlain(file)
	if err != nil {
		return Result{}, err
	}
	defer body.Close()
	return l.Load(ctx, Delivery{Source: source, Name: file, Received: received, Body: body, Again: true})
}

// DryRunFile says what LoadFile would do.
func (l *Loader) DryRunFile(ctx context.Context, source, file string, received time.Time) (Result, error) {
	body, err := openPlain(file)
	if err != nil {
		return Result{}, err
	}
	defer body.Close()
	return l.DryRun(ctx, Delivery{Source: source, Name: file, Received: received, Body: body, Again: true})
}

func openPlain(file string) (*os.File, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open the file to be loaded: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a plain file", file)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
