package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"bellwether/casework/store/storetest"
)

// childFile names the file that a child process of the test appends to.
const childFile = "BELLWETHER_TEST_CASEWORK_FILE"

// child appends batches of three events for ever and reports each on standard
// output once it has been acknowledged.
func child(path string) int {
	ctx := context.Background()
	db, err := Open(ctx, path, Options{Now: fixed})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	held, err := db.Load(ctx, "a")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for version := int64(len(held)); ; version += 3 {
		n := int(version)
		if _, err := db.Append(ctx, "a", version, storetest.New(n), storetest.New(n+1), storetest.New(n+2)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(version + 3)
	}
}

// TestKilledWriterLosesNothing kills a writer at many points and asks whether
// everything that it acknowledged, and no part of a batch, is there.
func TestKilledWriterLosesNothing(t *testing.T) {
	rounds := 25
	if testing.Short() {
		rounds = 5
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := newPath(t)
	random := rand.New(rand.NewPCG(1, 2))
	for round := range rounds {
		writer := exec.Command(self)
		writer.Env = append(os.Environ(), childFile+"="+path)
		writer.Stderr = os.Stderr
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		var acknowledged int64
		for range random.IntN(30) + 1 {
			if !lines.Scan() {
				t.Fatalf("round %d: the writer stopped by itself", round)
			}
			if acknowledged, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		if err := writer.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it managed to acknowledge before it died
			if n, err := strconv.ParseInt(lines.Text(), 10, 64); err == nil {
				acknowledged = n
			}
		}
		writer.Wait()
		db := open(t, path)
		events, err := db.Load(context.Background(), "a")
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if n := int64(len(events)); n < acknowledged || n%3 != 0 {
			t.Fatalf("round %d: %d events found, %d acknowledged", round, n, acknowledged)
		}
		if err := db.Check(context.Background()); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		db.Close()
	}
}

// TestCutLogOpensToAPrefix models a power cut by cutting the write-ahead log
// at many points: what opens must be the first whole batches and nothing else.
func TestCutLogOpensToAPrefix(t *testing.T) {
	ctx := context.Background()
	path := newPath(t)
	db := open(t, path)
	for version := int64(0); version < 60; version += 3 {
		if _, err := db.Append(ctx, "a", version, storetest.New(0), storetest.New(1), storetest.New(2)); err != nil {
			t.Fatal(err)
		}
	}
	main, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for cut := 0; cut <= len(log); cut += len(log)/60 + 1 {
		other := filepath.Join(t.TempDir(), "cut.db")
		for name, body := range map[string][]byte{other: main, other + "-wal": log[:cut]} {
			if err := os.WriteFile(name, body, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		restored, err := Open(ctx, other, Options{Now: fixed})
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		events, err := restored.Load(ctx, "a")
		if err != nil || len(events)%3 != 0 {
			t.Errorf("cut at %d: %d events, %v", cut, len(events), err)
		}
		for i, e := range events {
			if e.Version != int64(i+1) || !strings.Contains(string(e.Data), fmt.Sprint(i%3)) {
				t.Errorf("cut at %d: event %d is %v", cut, i, e)
			}
		}
		seen[len(events)] = true
		restored.Close()
	}
	if len(seen) < 5 {
		t.Errorf("the cuts gave only %d different lengths: the test does not test", len(seen))
	}
}
