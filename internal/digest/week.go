package digest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"bellwether/internal/instance"
)

// sent is which addresses have had which week's digest. Addresses are kept as given: they are the council's own staff and stand in the
// configuration beside it.
type sent struct {
	Week string               `json:"week"`
	To   map[string]time.Time `json:"to"`
}

// Outcome counts what one round did.
type Outcome struct{ Sent, Had, Failed int }

// Round posts each role's digest to each of its addresses once a week. What went out is written down after each message, so that a stop
// in the middle repeats nobody's but the one under way. One address that fails stops no other.
func Round(ctx context.Context, file string, recipients map[string][]string, in Input, now time.Time, post func(context.Context, Digest, string) error) (Outcome, error) {
	var out Outcome
	week := WeekOf(now)
	done, err := readSent(file)
	if err != nil {
		return out, err
	}
	if done.Week != week {
		done = sent{Week: week, To: map[string]time.Time{}}
	}
	roles := make([]string, 0, len(recipients))
	for role := range recipients {
		roles = append(roles, role)
	}
	slices.Sort(roles)
	var failed error
	for _, role := range roles {
		d := For(role, in, now)
		for _, to := range recipients[role] {
			key := role + " " + to
			if _, had := done.To[key]; had {
				out.Had++
				continue
			}
			if err := post(ctx, d, to); err != nil {
				out.Failed++
				failed = errors.Join(failed, fmt.Errorf("digest for the role %s: %w", role, err))
				continue
			}
			out.Sent++
			done.To[key] = now.UTC()
			if err := writeSent(file, done); err != nil {
				return out, err
			}
		}
	}
	return out, failed
}

// Due says whether the week's digest should have gone by now: from the given day and hour on.
func Due(now time.Time, day time.Weekday, hour int) bool {
	monday := (int(now.Weekday()) + 6) % 7
	at := (int(day) + 6) % 7
	return monday > at || monday == at && now.Hour() >= hour
}

func readSent(file string) (s sent, err error) {
	body, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return sent{}, nil
	}
	if err != nil {
		return s, fmt.Errorf("read which digests have gone: %w", err)
	}
	if err := json.Unmarshal(body, &s); err != nil || s.To == nil {
		return s, fmt.Errorf("%s is damaged; remove it, and this week's digest may go out twice", file)
	}
	return s, nil
}

func writeSent(file string, s sent) error {
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return instance.WriteFile(file, body, 0o600)
}
