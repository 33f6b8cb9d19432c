package share

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/failpoint"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// Store is one machine's view of the shared place. It is safe for use by several goroutines.
type Store struct {
	place place
	dir   string // this machine's snapshots
	keep  int
	lim   warehouse.Limits
	by    string
	now   func() time.Time
	log   *slog.Logger

	working sync.Mutex // one exchange at a time

	mu     sync.Mutex
	stats  Stats
	untidy bool               // it was said that what was broken off can't be taken away
	later  map[string]attempt // publications that were not what they should be
}

// Stats are what the metrics say of the place.
type Stats struct {
	Failing  bool
	At       time.Time // of the last exchange without a problem
	Failures map[string]int
}

// attempt says when a publication that failed is tried again.
type attempt struct {
	not   time.Time // before
	pause time.Duration
}

const (
	firstPause = 5 * time.Second
	longest    = 10 * time.Minute
)

// Open gives the configured place, nil if snapshots are not shared.
func Open(cfg config.Config, now func() time.Time, log *slog.Logger) (*Store, error) {
	if cfg.Snapshots.Share == "" {
		return nil, nil
	}
	at, err := openPlace(cfg)
	if err != nil {
		return nil, err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return &Store{place: at, dir: cfg.Path(instance.Snapshots), keep: cfg.Warehouse.KeepSnapshots, by: host, now: now, log: log, later: map[string]attempt{},
		lim: instance.SmallLimits(cfg)}, nil
}

// Stats gives a copy of what is known of the place.
func (s *Store) Stats() Stats {
	if s == nil {
		return Stats{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.stats
	out.Failures = map[string]int{}
	for k, v := range s.stats.Failures {
		out.Failures[k] = v
	}
	return out
}

// note counts the outcome of an exchange and logs it when it changes.
func (s *Store) note(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		if s.stats.Failing {
			s.log.Info("snapshots are shared again", "place", s.place.String())
		}
		s.stats.Failing, s.stats.At = false, s.now()
		return nil
	}
	problem := Local
	var known *Error
	if errors.As(err, &known) {
		problem = known.Problem
	}
	if s.stats.Failures == nil {
		s.stats.Failures = map[string]int{}
	}
	if !errors.Is(err, errWaiting) { // nothing was tried
		s.stats.Failures[problem]++
	}
	if !s.stats.Failing {
		s.log.Error("snapshots can't be shared; the last good one stays in force", "problem", problem, "error", err.Error())
	}
	s.stats.Failing = true
	return err
}

// publications lists what is published, the one in force first.
func (s *Store) publications(ctx context.Context) ([]string, error) {
	all, err := s.place.list(ctx, publicationsPrefix)
	if err != nil {
		return nil, s.place.explain("list the publications", err)
	}
	all = slices.DeleteFunc(all, func(k string) bool { return !publicationName.MatchString(k) })
	slices.Sort(all)
	slices.Reverse(all)
	return all, nil
}

// Fence is the greatest number that anything was published under, 0 if nothing was.
func (s *Store) Fence(ctx context.Context) (int64, error) {
	all, err := s.publications(ctx)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return fenceOf(all[0]), nil
}

// Highest is Fence as a lease asks for it; nil where nothing is shared.
func (s *Store) Highest() func(context.Context) (int64, error) {
	if s == nil {
		return nil
	}
	return s.Fence
}

// Push publishes this machine's newest snapshot, unless it is published or something newer is. Fence is the number of the pipeline's lease;
// 0 where there is no lease, and then the greatest number in use.
func (s *Store) Push(ctx context.Context, fence int64) error {
	if s == nil {
		return nil
	}
	s.working.Lock()
	defer s.working.Unlock()
	return s.note(s.push(ctx, fence))
}

func (s *Store) push(ctx context.Context, fence int64) error {
	local, err := warehouse.Snapshots(s.dir)
	if err != nil || len(local) == 0 {
		return err
	}
	all, err := s.publications(ctx)
	if err != nil {
		return err
	}
	newest := local[0]
	stem := strings.TrimSuffix(filepath.Base(newest.Path), ".duckdb")
	if fence == 0 && len(all) > 0 {
		fence = fenceOf(all[0])
	}
	key := keyOf(fence, stem)
	if len(all) > 0 && (stemOf(all[0]) == stem || all[0] >= key) {
		return s.prune(ctx, all) // does nothing unless it was broken off before
	}
	file, err := os.Open(newest.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	if err != nil {
		return fmt.Errorf("read the snapshot to be shared: %w", err)
	}
	if err := s.place.put(ctx, filesPrefix+stem+".duckdb", file, size); err != nil {
		return s.place.explain("put the snapshot "+newest.ID+" there", err)
	}
	if err := failpoint.At(failpoint.ShareFilePut); err != nil {
		return err
	}
	src, err := json.MarshalIndent(Publication{Snapshot: stem + ".duckdb", Bytes: size, SHA256: hex.EncodeToString(sum.Sum(nil)), PublishedAt: newest.Published.UTC(), By: s.by, Fence: fence}, "", "  ")
	if err != nil {
		return err
	}
	if err := s.place.put(ctx, key, bytes.NewReader(src), int64(len(src))); err != nil {
		return s.place.explain("publish the snapshot "+newest.ID, err)
	}
	if err := failpoint.At(failpoint.SharePublished); err != nil {
		return err
	}
	s.log.Info("a snapshot was shared", "snapshot", newest.ID, "bytes", size)
	s.tidy(ctx)
	return s.prune(ctx, append([]string{key}, all...))
}

// prune takes away all but the newest publications, and then the files that no publication names and that are older than all that are kept.
// A publication goes after its file, so that what was broken off is seen, and done, at the next exchange: what an erasure took out of the
// data must not stay behind here.
func (s *Store) prune(ctx context.Context, all []string) error {
	if len(all) <= s.keep {
		return nil
	}
	kept, oldest := map[string]bool{}, stemOf(all[0])
	for _, key := range all[:s.keep] {
		kept[stemOf(key)] = true
		oldest = min(oldest, stemOf(key))
	}
	for _, key := range all[s.keep:] {
		if name := filesPrefix + stemOf(key) + ".duckdb"; !kept[stemOf(key)] {
			if err := s.place.remove(ctx, name); err != nil {
				return s.place.explain("remove an old snapshot", err)
			}
		}
	}
	files, err := s.place.list(ctx, filesPrefix)
	if err != nil {
		return s.place.explain("list the files", err)
	}
	for _, name := range files { // of publications that never came about
		stem := strings.TrimSuffix(strings.TrimPrefix(name, filesPrefix), ".duckdb")
		if kept[stem] || stem >= oldest {
			continue
		}
		if err := s.place.remove(ctx, name); err != nil {
			return s.place.explain("remove an old snapshot", err)
		}
	}
	for _, key := range all[s.keep:] {
		if err := s.place.remove(ctx, key); err != nil {
			return s.place.explain("remove an old publication", err)
		}
	}
	return nil
}
