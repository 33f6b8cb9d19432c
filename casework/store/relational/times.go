package relational

import (
	"fmt"
	"time"
)

// TimeLayout writes a time as UTC text of a fixed width, which sorts as it
// reads and can be understood by a person with nothing but the database's own
// shell.
const TimeLayout = "2006-01-02T15:04:05.000000000Z"

// Time formats t for storage.
func Time(t time.Time) string { return t.UTC().Format(TimeLayout) }

// ParseTime reads what Time wrote; the empty text is the zero time.
func ParseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(TimeLayout, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("casework store: a stored time cannot be read: %w", err)
	}
	return t, nil
}
