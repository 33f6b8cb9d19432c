package england

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// What England has at scale 1. Concerns, enquiries and complaints are of ten years; a location is active on the last day or closed before it.
const (
	ActiveLocations = 50_000
	ClosedLocations = 70_000
	Concerns        = 6_400_000
	Enquiries       = 1_900_000
	Complaints      = 2_000_000
	Placements      = 500_000

	years = 10
)

// Options say how large the country is and where it goes.
type Options struct {
	Scale float64 // 1 is England; 0.01 a small council
	Seed  uint64
	Inbox string // the drop zone of an instance: files go to <inbox>/<source>/received=<date>/
}

// The days between which things happen, both included. The register's first delivery is received on the first.
var (
	First = date(2016, 10, 3)
	Last  = date(2026, 9, 30)
)

// Counts says what was written.
type Counts struct {
	Active, Closed, Providers, Bodies                             int
	Concerns, ConcernRows, Enquiries, EnquiryRows                 int
	Complaints, ComplaintRows, Placements, PlacementRows, Ratings int
	Files                                                         int
	Bytes                                                         int64
}

// country is what is made before anything is written.
type country struct {
	opt       Options
	places    []*place
	companies []*company
	care      *draw // social-care locations by the weight of what happens there
	counts    Counts
	next      struct{ concern, complaint int } // the numbers given out so far

	pending    []*concern // not decided yet
	open       []*enquiry // not concluded yet
	unanswered []*complaint
}

// Write makes the country and ten years of its files.
func Write(opt Options) (Counts, error) {
	c, err := build(opt)
	if err != nil {
		return Counts{}, err
	}
	for _, step := range []func() error{c.writeRegister, c.writePlacements} {
		if err := step(); err != nil {
			return c.counts, err
		}
	}
	for m := First; !m.After(Last); m = nextMonth(m) {
		if err := c.writePeriod(m, nextMonth(m).AddDate(0, 0, -1), m.Format("2006_01")); err != nil {
			return c.counts, err
		}
	}
	return c.counts, nil
}

// WriteDay makes the files of one more day after Last, as they are received the morning after: what a day's run takes in. days counts
// from Last, 1 for the first day after it.
func WriteDay(opt Options, days int) (Counts, time.Time, error) {
	c, err := build(opt)
	if err != nil {
		return Counts{}, time.Time{}, err
	}
	on := Last.AddDate(0, 0, days)
	// Numbers must not meet those of the ten years before, whose last ones depend on chance.
	c.next.concern, c.next.complaint = 50_000_000+days*100_000, 50_000_000+days*100_000
	if err := c.writeChangedBodies(on); err != nil {
		return c.counts, on, err
	}
	return c.counts, on.AddDate(0, 0, 1), c.writePeriod(on, on, on.Format("2006_01_02"))
}

func build(opt Options) (*country, error) {
	if opt.Scale <= 0 || opt.Scale > 1 {
		return nil, fmt.Errorf("the scale is %v: give a number above 0 and at most 1, which is England", opt.Scale)
	}
	c := &country{opt: opt}
	c.makePlaces()
	return c, nil
}

// rng gives a generator of its own for each purpose, so that one kind of file does not move another's numbers.
func (c *country) rng(purpose, n uint64) *rand.Rand {
	return rand.New(rand.NewPCG(c.opt.Seed^purpose<<40, n))
}

func (c *country) scaled(n int) int { return max(int(float64(n)*c.opt.Scale), 1) }

// put makes one delivered file.
func (c *country) put(source string, received time.Time, name string, body []byte) error {
	dir := filepath.Join(c.opt.Inbox, source, "received="+received.Format(time.DateOnly))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder for %s: %w", name, err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	c.counts.Files++
	c.counts.Bytes += int64(len(body))
	return nil
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// nextMonth is the first day of the month after t's.
func nextMonth(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)
}
