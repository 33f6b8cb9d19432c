package crash

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/casework/review"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/failpoint"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
)

// The named kills of runs, one instance a line: each point in turn is the last moment of one run. After those that follow the rename a
// snapshot is in force, and only `run --full` comes by again.
var killedRuns = [][]string{
	{"load-after-landing 1", "load-after-decode 1", "load-before-commit 1", "load-after-commit 1", "load-after-manifest 1", "model-made 1", "publish-synced 1"},
	{"load-after-manifest 30", "load-after-commit 4", "load-before-commit 2", "load-after-decode 2", "load-after-landing 1", "analysed 1", "checked 1"},
	{"load-before-commit 1", "load-before-commit 2", "load-before-commit 3", "model-made 40", "decisions-landed 1", "run-written 1", "build-finished 1"},
	{"publish-renamed 1", "--full publish-renamed 1", "--full snapshot-pruned 1", "--full load-after-commit 7", "--full publish-synced 1"},
}

// killedBackups are the named kills of a backup, of an instance that was published.
var killedBackups = []string{"backup-part 1", "backup-part 4", "backup-summed 1", "backup-named 1"}

// killedDecisions are the named kills of somebody who records decisions.
var killedDecisions = []string{"store-before-commit 1", "store-before-commit 3", "store-after-commit 1", "store-after-commit 2"}

// kills is how many there are in all: with the environment's BELLWETHER_KILLS (make nightly asks for 200) the rest is killed at random.
func kills(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("BELLWETHER_KILLS"))
	if err != nil {
		return 50
	}
	return n
}

// TestKilledAnywhereNothingIsLostNorTwice is the whole promise: kill -9 at every named point and at random moments of loads, transforms,
// publications here and elsewhere, backups, decisions and the move of casework; then one `run`, and the content is that of an undisturbed run, row for row.
func TestKilledAnywhereNothingIsLostNorTwice(t *testing.T) {
	want := undisturbed(t)
	began, n := time.Now(), 0
	for i, points := range killedRuns {
		dir := fresh(t)
		settings(t, dir, "warehouse: {keep_snapshots: 1}\n")
		for round, point := range points {
			n += killedAt(t, dir, round+1, point)
		}
		recovered(t, fmt.Sprintf("sequence %d", i+1), dir, len(points)+1, want)
	}
	dir := fresh(t)
	if out, code := run(t, child(t, 0, "run", "--dir", dir)); code != 0 {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	n += backupsKilled(t, dir)
	n += decisionsKilled(t, dir)
	n += publicationsKilled(t, want)
	n += uploadsKilled(t, want)
	t.Run("into a database", func(t *testing.T) { n += databaseKilled(t) }) // its tools may be missing outside CI
	for seed := uint64(1); n < kills(t); seed++ {
		n += killedAtRandom(t, seed, min(8, kills(t)-n), want)
	}
	t.Logf("%d kills in %s: nothing lost, nothing twice", n, time.Since(began).Round(100*time.Millisecond))
}

// killedAt runs until the point, which must be reached; "--full" before its name asks for a full run.
func killedAt(t *testing.T, dir string, round int, point string) int {
	t.Helper()
	args := []string{"run", "--dir", dir}
	if rest, full := strings.CutPrefix(point, "--full "); full {
		point, args = rest, append(args, "--full")
	}
	cmd := child(t, round, args...)
	cmd.Env = append(cmd.Env, dieAt+"="+point)
	if out, code := run(t, cmd); code != -1 {
		t.Fatalf("a run that was to die at %s ended with %d:\n%s", point, code, out)
	}
	return 1
}

// recovered runs once more and holds everything against an undisturbed instance.
func recovered(t *testing.T, name, dir string, round int, want outcome) {
	t.Helper()
	out, code := run(t, child(t, round, "run", "--dir", dir))
	if code != 0 {
		t.Fatalf("%s: the run after the kills ended with %d:\n%s", name, code, out)
	}
	if d := cmp.Diff(want, look(t, dir)); d != "" {
		t.Errorf("%s: what is there differs from an undisturbed run:\n%s\n%s", name, d, out)
	}
	if left := leftovers(t, dir); len(left) > 0 {
		t.Errorf("%s: left behind: %v", name, left)
	}
	if out, code := run(t, child(t, round+1, "verify", "--dir", dir, "--leave")); code != 0 {
		t.Errorf("%s: verify ended with %d:\n%s", name, code, out)
	}
}

// killedAtRandom kills one instance's runs at random moments, loading and publishing anew each time.
func killedAtRandom(t *testing.T, seed uint64, times int, want outcome) int {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	dir := fresh(t)
	killed := 0
	for round := 1; killed < times; round++ {
		cmd := child(t, round, "run", "--full", "--dir", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(100+random.IntN(1500))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		timer.Stop()
		if cmd.ProcessState.ExitCode() == -1 {
			killed++
		}
	}
	recovered(t, fmt.Sprintf("random kills, seed %d", seed), dir, 100, want)
	return killed
}

// backupsKilled breaks backups off at each point: what is left is never taken for a backup, and the next one is whole.
func backupsKilled(t *testing.T, dir string) int {
	t.Helper()
	to := filepath.Join(t.TempDir(), "backups")
	for round, point := range killedBackups {
		cmd := child(t, round+1, "backup", "--to", to, "--dir", dir)
		cmd.Env = append(cmd.Env, dieAt+"="+point)
		if out, code := run(t, cmd); code != -1 {
			t.Fatalf("a backup that was to die at %s ended with %d:\n%s", point, code, out)
		}
		made, err := filepath.Glob(filepath.Join(to, "bellwether-*"))
		if wants := strings.HasPrefix(point, failpoint.BackupNamed); err != nil || (len(made) == 1) != wants {
			t.Errorf("killed at %s there are %v, %v", point, made, err)
		}
	}
	if out, code := run(t, child(t, 20, "backup", "--to", to, "--dir", dir)); code != 0 {
		t.Fatalf("the backup after the kills ended with %d:\n%s", code, out)
	}
	made, err := filepath.Glob(filepath.Join(to, "bellwether-*"))
	if err != nil || len(made) != 2 {
		t.Fatalf("%v, %v", made, err)
	}
	for _, one := range made {
		if out, code := run(t, child(t, 30, "restore", one, "--drill", "--dir", dir)); code != 0 {
			t.Errorf("restoring %s ended with %d:\n%s", filepath.Base(one), code, out)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(to, ".unfinished-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	return len(killedBackups)
}

// decisionsKilled kills somebody who records decisions: what was acknowledged is there, each once and whole, and a run takes them in.
func decisionsKilled(t *testing.T, dir string) int {
	t.Helper()
	acknowledged := 0
	for _, point := range killedDecisions {
		cmd := child(t, 0)
		cmd.Args = append(cmd.Args[:1], filepath.Join(dir, instance.Casework, instance.CaseworkStore))
		cmd.Env = append(os.Environ(), asPanel+"=100", dieAt+"="+point)
		out, code := run(t, cmd)
		if code != -1 {
			t.Fatalf("a panel that was to die at %s ended with %d:\n%s", point, code, out)
		}
		lines := bufio.NewScanner(strings.NewReader(out))
		for lines.Scan() {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatal(out)
			}
			acknowledged = n
		}
		if held := decided(t, dir); held < acknowledged || held > acknowledged+1 {
			t.Errorf("killed at %s: %d decisions are there, %d were acknowledged", point, held, acknowledged)
		}
	}
	if acknowledged < 3 {
		t.Errorf("only %d decisions were acknowledged: the test does not test", acknowledged)
	}
	if out, code := run(t, child(t, 60, "run", "--full", "--dir", dir)); code != 0 {
		t.Errorf("the run after the decisions ended with %d:\n%s", code, out)
	}
	return len(killedDecisions)
}

// panel decides on one item after another and says the number of each once it is acknowledged. It goes on where the last one was.
func panel(path, count string) int {
	n, _ := strconv.Atoi(count)
	ctx := context.Background()
	db, err := sqlite.Open(ctx, path, sqlite.Options{Now: instancetest.Clock})
	if err == nil {
		var service *review.Service
		if service, err = review.NewService(db, instancetest.Clock); err == nil {
			for i := range n {
				item := review.Item{Flag: review.Flag{ID: fmt.Sprintf("%012d", i+1), ProviderID: "p1", Level: 1}, State: review.New}
				if events, e := db.Load(ctx, "review/"+item.Flag.ID); e != nil || len(events) > 0 {
					continue // somebody decided on it before the last kill
				}
				if _, err = service.Decide(ctx, review.Act{By: "u-ada", Item: item, Snapshot: "s1", RuleSet: "r1"}, review.Visit, "A visit.", instancetest.Noon.AddDate(0, 0, 14)); err != nil {
					break
				}
				fmt.Println(i + 1)
			}
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// decided counts the items with a decision; each must have been taken up and decided exactly once.
func decided(t *testing.T, dir string) (n int) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, instance.Casework, instance.CaseworkStore), sqlite.Options{Now: instancetest.Clock})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for ; ; n++ {
		events, err := db.Load(t.Context(), fmt.Sprintf("review/%012d", n+1))
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			return n
		}
		if len(events) != 2 {
			t.Errorf("item %d has %d events, not 2", n+1, len(events))
		}
	}
}
