package cqcapi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Mode is the kind of a fetch.
type Mode string

// The kinds of fetch.
const (
	First   Mode = "first"
	Changes Mode = "changes"
	Full    Mode = "full"
)

// How far a fetch of changes reaches back, because changes arrive late, and how often everything is read again.
const (
	ReachBack = 30 * 24 * time.Hour
	FullEvery = 30 * 24 * time.Hour
)

// Job is one instance's fetching.
type Job struct {
	Config
	Areas     []string      // local authorities, in CQC's own words
	Dir       string        // for the notes of a fetch
	Inbox     string        // the source's drop folder
	FullEvery time.Duration // 30 days unless told
}

// Report is what came of a fetch.
type Report struct {
	Mode      Mode
	File      string // in the drop folder
	Locations int
	Providers int
	Withdrawn []string
	Resumed   int // bodies that a broken-off fetch had already read
}

// Run makes one fetch and leaves a file in the drop folder. After an error what was read so far is kept, and the next Run goes on.
func (j Job) Run(ctx context.Context) (Report, error) {
	if len(j.Areas) == 0 {
		return Report{}, errors.New("the CQC API is asked by local authority, and the configuration names none under areas")
	}
	if j.Now == nil {
		j.Now = time.Now
	}
	if j.Jitter == nil {
		j.Jitter = rand.Float64
	}
	if j.Sleep == nil {
		j.Sleep = sleep
	}
	c, err := newClient(j.Config)
	if err != nil {
		return Report{}, err
	}
	if err := errors.Join(os.MkdirAll(j.Dir, 0o700), os.MkdirAll(j.Inbox, 0o700)); err != nil {
		return Report{}, err
	}
	f := &fetch{job: j, c: c, keep: keeper{j.Dir}}
	return f.run(ctx)
}

// Due says whether a fetch was broken off, or the last one is longer ago than every. An hour is allowed for a schedule that is not exact.
func (j Job) Due(every time.Duration) (bool, error) {
	k := keeper{j.Dir}
	var s state
	if _, err := k.load(stateFile, &s); err != nil {
		return false, err
	}
	var under plan
	broken, err := k.load(planFile, &under)
	return broken || j.Now().Sub(s.Watermark) >= every-time.Hour, err
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// fetch is one run of a job.
type fetch struct {
	job   Job
	c     *client
	keep  keeper
	state state
	plan  plan
	got   map[item]line
}

func (f *fetch) run(ctx context.Context) (Report, error) {
	if _, err := f.keep.load(stateFile, &f.state); err != nil {
		return Report{}, err
	}
	under, err := f.keep.load(planFile, &f.plan)
	if err != nil {
		return Report{}, err
	}
	if !under || !slices.Equal(f.plan.Areas, f.job.Areas) {
		if err := f.keep.drop(); err != nil {
			return Report{}, err
		}
		if err := f.prepare(ctx); err != nil {
			return Report{}, err
		}
		if err := f.keep.save(planFile, f.plan); err != nil {
			return Report{}, err
		}
	}
	if f.got, err = f.keep.done(); err != nil {
		return Report{}, err
	}
	report := Report{Mode: f.plan.Mode, Resumed: len(f.got)}
	if err := f.read(ctx); err != nil {
		return report, err
	}
	return report, f.finish(&report)
}

// prepare decides what is to be read.
func (f *fetch) prepare(ctx context.Context) error {
	now := f.job.Now().UTC().Truncate(time.Second)
	f.plan = plan{Mode: Changes, To: now, Areas: f.job.Areas, Started: now}
	every := or(f.job.FullEvery, FullEvery)
	switch {
	case f.state.Watermark.IsZero() || !slices.Equal(f.state.Areas, f.job.Areas):
		f.plan.Mode = First
	case now.Sub(f.state.LastFull) >= every:
		f.plan.Mode = Full
	}
	listed := map[string]bool{}
	for _, area := range f.job.Areas {
		ids, _, err := f.c.ofArea(ctx, area)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return fmt.Errorf("CQC lists no location for the local authority %q: areas must be in CQC's own words and capitals", area)
		}
		for _, id := range ids {
			listed[id] = true
		}
	}
	if f.plan.Mode != Changes {
		// Those that are watched though no list holds them any more are read too: that is how a withdrawal is seen.
		for _, id := range merge(keys(listed), f.state.Locations...) {
			f.plan.Items = append(f.plan.Items, item{"location", id})
		}
		for _, id := range f.state.Providers {
			f.plan.Items = append(f.plan.Items, item{"provider", id})
		}
		return nil
	}
	f.plan.From = f.state.Watermark.Add(-ReachBack)
	known := map[string]bool{}
	for _, id := range f.state.Locations {
		known[id] = true
	}
	for _, id := range keys(listed) {
		if !known[id] { // a new location: the changes feed may not have it yet
			f.plan.Items = append(f.plan.Items, item{"location", id})
		}
	}
	for kind, watched := range map[string][]string{"location": f.state.Locations, "provider": f.state.Providers} {
		ids, err := f.c.changed(ctx, kind, f.plan.From, f.plan.To)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if slices.Contains(watched, id) && !slices.Contains(f.state.Withdrawn, kind+" "+id) {
				f.plan.Items = append(f.plan.Items, item{kind, id})
			}
		}
	}
	slices.SortFunc(f.plan.Items, func(a, b item) int { return strings.Compare(a.Kind+a.ID, b.Kind+b.ID) })
	return nil
}

// read asks for every body of the plan that is not there yet: the locations, and then the providers they name.
func (f *fetch) read(ctx context.Context) error {
	part, err := os.OpenFile(f.keep.path(partFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = f.all(ctx, part, f.plan.Items)
	if err == nil {
		err = f.all(ctx, part, f.newProviders())
	}
	return errors.Join(err, part.Close())
}

// newProviders are those that a location names and that are neither watched nor read.
func (f *fetch) newProviders() []item {
	found := map[string]bool{}
	for it, l := range f.got {
		var b struct {
			ProviderID string `json:"providerId"`
		}
		if it.Kind != "location" || l.Gone || json.Unmarshal(l.Body, &b) != nil || b.ProviderID == "" {
			continue
		}
		if !slices.Contains(f.state.Providers, b.ProviderID) {
			found[b.ProviderID] = true
		}
	}
	var out []item
	for _, id := range keys(found) {
		out = append(out, item{"provider", id})
	}
	return out
}

// all reads items with a few workers and writes each line as it comes. The first failure stops the rest.
func (f *fetch) all(ctx context.Context, part *os.File, items []item) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan item)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range f.c.cfg.Workers {
		wg.Go(func() {
			for it := range work {
				l, err := f.one(ctx, it)
				if err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				err = writeLine(part, l)
				f.got[it] = l
				mu.Unlock()
				if err != nil {
					cancel(err)
					return
				}
			}
		})
	}
feed:
	for _, it := range items {
		mu.Lock()
		_, have := f.got[it]
		mu.Unlock()
		if have {
			continue
		}
		select {
		case work <- it:
		case <-ctx.Done():
			break feed
		}
	}
	close(work)
	wg.Wait()
	return context.Cause(ctx)
}

func (f *fetch) one(ctx context.Context, it item) (line, error) {
	body, err := f.c.body(ctx, it.Kind, it.ID)
	var gone *GoneError
	if errors.As(err, &gone) {
		return line{item: it, Gone: true}, nil
	}
	return line{item: it, Body: body}, err
}

func writeLine(part *os.File, l line) error {
	raw, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = part.Write(append(raw, '\n'))
	return err
}

// finish leaves the file in the drop folder and moves the watermark, in this order: a break between the two makes a second file with
// the same bodies, which changes nothing.
func (f *fetch) finish(r *Report) error {
	items := make([]item, 0, len(f.got))
	for it := range f.got {
		items = append(items, it)
	}
	slices.SortFunc(items, func(a, b item) int { return strings.Compare(a.Kind+a.ID, b.Kind+b.ID) })
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	gone := map[string]bool{}
	next := state{Watermark: f.plan.To, LastFull: f.state.LastFull, Areas: f.job.Areas, Locations: f.state.Locations, Providers: f.state.Providers, Withdrawn: f.state.Withdrawn}
	if f.plan.Mode != Changes {
		next.LastFull, next.Withdrawn = f.plan.To, nil
	}
	for _, it := range items {
		l := f.got[it]
		if l.Gone {
			gone[it.ID] = true
			next.Withdrawn = merge(next.Withdrawn, it.Kind+" "+it.ID)
			continue
		}
		fmt.Fprintf(w, "%s\n", l.Body)
		if it.Kind == "location" {
			r.Locations, next.Locations = r.Locations+1, merge(next.Locations, it.ID)
		} else {
			r.Providers, next.Providers = r.Providers+1, merge(next.Providers, it.ID)
		}
	}
	// A fetch that found nothing new is a delivery too: it says that the source was asked.
	fmt.Fprintf(w, "{\"total\":%d,\"changes\":[]}\n", len(items))
	if err := w.Flush(); err != nil {
		return err
	}
	r.Withdrawn = next.Withdrawn
	next.Locations, next.Providers = without(next.Locations, gone), without(next.Providers, gone)
	day := f.plan.To.Format(time.DateOnly)
	folder := filepath.Join(f.job.Inbox, "received="+day)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	r.File = filepath.Join(folder, fmt.Sprintf("cqc_api_%s_%s.jsonl", f.plan.Mode, f.plan.To.Format("20060102T150405Z")))
	if err := writeWhole(r.File, b.Bytes()); err != nil {
		return err
	}
	return errors.Join(f.keep.save(stateFile, next), f.keep.drop())
}

func keys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Watermark is up to when changes are in, by the notes of the last whole fetch; zero before the first.
func (j Job) Watermark() (time.Time, error) {
	var s state
	_, err := keeper{j.Dir}.load(stateFile, &s)
	return s.Watermark, err
}
