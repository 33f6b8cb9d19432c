package sqlite

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"bellwether/casework/store/storetest"
)

// A move that was broken off after the file was retired is begun again: the second time goes through, and the file still takes no writes.
func TestRetiringTwice(t *testing.T) {
	db := open(t, newPath(t))
	ctx := context.Background()
	for range 2 {
		if err := db.Retire(ctx, func(*sql.Tx) error { return nil }); err != nil {
			t.Fatalf("Retire() = %v", err)
		}
	}
	if _, err := db.Append(ctx, "a", 0, storetest.New(1)); err == nil || !strings.Contains(err.Error(), "casework was moved out of this file") {
		t.Errorf("Append() = %v", err)
	}
}
