package review

import (
	"context"
	"sync/atomic"
	"time"

	"bellwether/casework/store"
)

// Desk is the queue over one store: it follows what was recorded, merges it
// with the flags of a snapshot, and records steps. Pages, metrics and the
// command line all ask the same desk, so that they can never disagree.
type Desk struct {
	*Service
	projection *Projection
	options    Options
	began      atomic.Pointer[time.Time]
}

// NewDesk returns the desk over a store.
func NewDesk(s store.Store, now func() time.Time, o Options) (*Desk, error) {
	service, err := NewService(s, now)
	if err != nil {
		return nil, err
	}
	return &Desk{Service: service, projection: NewProjection(s), options: o}, nil
}

// Queue merges flags with what has been recorded up to this moment. A caller
// that gives every flag asks with whole, and gets the items too whose flag is
// in the snapshot no more.
func (d *Desk) Queue(ctx context.Context, flags []Flag, whole bool) ([]Item, error) {
	if err := d.projection.Refresh(ctx); err != nil {
		return nil, err
	}
	o := d.options
	o.Missing = whole
	var err error
	if o.Since, err = d.Since(ctx); err != nil {
		return nil, err
	}
	return Queue(flags, d.projection.All(), d.now(), o), nil
}

// Since is the day on which reviewing began as the queue counts it, zero while it has not: a flag that cleared before it and that nobody
// has touched is in no queue, and need not be given to one.
func (d *Desk) Since(ctx context.Context) (time.Time, error) {
	if !d.options.Since.IsZero() {
		return d.options.Since, nil
	}
	if began := d.began.Load(); began != nil {
		return *began, nil
	}
	began, err := d.Began(ctx)
	if err != nil {
		return began, err
	}
	if !began.IsZero() {
		d.began.Store(&began) // it is recorded once
		return began, nil
	}
	if err := d.projection.Refresh(ctx); err != nil {
		return time.Time{}, err
	}
	return firstDay(d.projection.All()), nil
}

// Sweep looks at all flags of a snapshot and writes down which items have
// moved because of what their flags are now; see Service.Observe. It is called
// after each run, and now and then in between.
func (d *Desk) Sweep(ctx context.Context, flags []Flag, snapshot, ruleSet string) (int, error) {
	if err := d.Begin(ctx); err != nil {
		return 0, err
	}
	items, err := d.Queue(ctx, flags, true)
	if err != nil {
		return 0, err
	}
	return d.Observe(ctx, items, snapshot, ruleSet)
}

// Reviews are all reviews as recorded up to this moment, by flag.
func (d *Desk) Reviews(ctx context.Context) (map[string]Review, error) {
	if err := d.projection.Refresh(ctx); err != nil {
		return nil, err
	}
	return d.projection.All(), nil
}

// NoteDays is after how many working days without a note an item that was taken up returns.
func (d *Desk) NoteDays() int { return d.options.filled().AckDays }

// Now is the desk's clock.
func (d *Desk) Now() time.Time { return d.now() }
