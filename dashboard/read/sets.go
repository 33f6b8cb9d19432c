package read

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
)

const (
	// mostInQuestion is how many bytes of ids a question carries in itself: those of some sixty providers.
	mostInQuestion = 1000
	// mostMembers is how many ids the sets of a wall hold together before they are forgotten; each takes some 30 bytes.
	mostMembers = 1_000_000

	addMembers = "INSERT INTO main.member SELECT $no, unnest(string_split($ids, ',')) WHERE $ids <> ''"
	// Another wall may stand before the same open file, with sets of its own.
	forgetMembers = "DELETE FROM main.member WHERE set_no BETWEEN $first AND $last"
)

// lookUp turns the way in which a question reads its scope into one that finds it in the wall's own table.
var lookUp = strings.NewReplacer("SELECT unnest(string_split($scope, ','))", "SELECT provider_id FROM main.member WHERE set_no = $scope", "$scope = '*'", "false")

// sets are the sets of providers that readers of a snapshot stand for, each in the wall's table under a number. A question that carried a
// country's ids in its text would be planned for longer than it is answered; BenchmarkACountryInside shows by how much.
type sets struct {
	used sync.RWMutex // held while a question may look one up; forgetting waits for them

	mu          sync.Mutex
	known       map[[sha256.Size]byte]int64
	first, last int64
	members     int
}

func newSets() *sets {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process where the system has no randomness
	from := int64(binary.BigEndian.Uint32(b[:4])) << 24
	return &sets{known: map[[sha256.Size]byte]int64{}, first: from + 1, last: from}
}

// hold gives the numbers of lists, which stay known until letGo is called.
func (s *sets) hold(ctx context.Context, db *sql.DB, lists []list) (numbers []int64, letGo func(), err error) {
	if len(lists) == 0 {
		return nil, func() {}, nil
	}
	for {
		s.used.RLock()
		numbers, full, err := s.numbers(ctx, db, lists)
		if err == nil && !full {
			return numbers, s.used.RUnlock, nil
		}
		s.used.RUnlock()
		if err != nil {
			return nil, nil, err
		}
		if err := s.forget(ctx, db); err != nil {
			return nil, nil, err
		}
	}
}

// numbers gives the numbers of lists and writes down those that aren't known yet, unless there are too many.
func (s *sets) numbers(ctx context.Context, db *sql.DB, lists []list) (out []int64, full bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	more := 0
	for _, l := range lists {
		if _, ok := s.known[l.sum]; !ok {
			more += strings.Count(l.text, ",") + 1
		}
	}
	if more > 0 && s.members > 0 && s.members+more > mostMembers {
		return nil, true, nil
	}
	for _, l := range lists {
		no, ok := s.known[l.sum]
		if !ok {
			// Whoever comes first may go away; the set is for all who stand the same.
			no = s.last + 1
			if _, err := db.ExecContext(context.WithoutCancel(ctx), addMembers, sql.Named("no", no), sql.Named("ids", l.text)); err != nil {
				return nil, false, fmt.Errorf("write down who may be seen: %w", err)
			}
			s.known[l.sum], s.last = no, no
		}
		out = append(out, no)
	}
	s.members += more
	return out, false, nil
}

// forget forgets every set, once no question looks one up.
func (s *sets) forget(ctx context.Context, db *sql.DB) error {
	s.used.Lock()
	defer s.used.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := db.ExecContext(context.WithoutCancel(ctx), forgetMembers, sql.Named("first", s.first), sql.Named("last", s.last)); err != nil {
		return fmt.Errorf("forget who may be seen: %w", err)
	}
	clear(s.known)
	s.members = 0
	return nil
}
