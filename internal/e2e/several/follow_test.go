package several

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/internal/app"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/share"
	"bellwether/internal/warehouse"
)

// TestAMachineThatOnlyFollows has nothing of its own: no delivery, no landing zone, no snapshot. It serves what another machine publishes,
// goes on with that when the place is gone, and may decide nothing about files that it does not have.
func TestAMachineThatOnlyFollows(t *testing.T) {
	maker, follower := instancetest.Copy(t), instancetest.Copy(t)
	for _, folder := range []string{instance.Snapshots, instance.Inbox, instance.Landing, instance.Warehouse} {
		if err := os.RemoveAll(follower.Path(folder)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{instance.LandingKey, instance.PseudonymKey} {
		if err := os.Remove(follower.Path(instance.Secrets, name)); err != nil {
			t.Fatal(err)
		}
	}
	if out, code := command("serve", "--follow", "--dir", follower.Dir); code != 2 || !strings.Contains(out, "set snapshots.share") {
		t.Errorf("following without a place: exit code %d:\n%s", code, out)
	}
	place := filepath.Join(t.TempDir(), "place")
	if err := os.Mkdir(place, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{maker.Dir, follower.Dir} {
		settings(t, dir, fmt.Sprintf("snapshots: {share: %q, every: 1s}\n", place))
	}
	maker, follower = load(t, maker.Dir), load(t, follower.Dir)
	a, err := app.New(t.Context(), app.Options{Config: follower, Listen: "127.0.0.1:0", Now: time.Now, Follow: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, a) })
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	store, err := share.Open(maker, time.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Push(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	base := "http://" + a.Addr()
	for end := time.After(patience); !answers(t, base+"/readyz"); {
		select {
		case <-end:
			t.Fatal("it is never ready")
		case <-time.After(50 * time.Millisecond):
		}
	}
	if err := os.Rename(place, place+".away"); err != nil {
		t.Fatal(err)
	}
	chair := browser(t)
	signIn(t, chair, base)
	want, err := warehouse.Snapshots(maker.Path(instance.Snapshots))
	if err != nil {
		t.Fatal(err)
	}
	if have, err := warehouse.Snapshots(follower.Path(instance.Snapshots)); err != nil || len(have) != 1 || have[0].ID != want[0].ID {
		t.Errorf("it has %v, want %s, %v", have, want[0].ID, err)
	}
}

func answers(t *testing.T, address string) bool {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// Which database casework lies in is known in one place: code that opened the file itself would read an old file, or make an empty one, where
// casework is in a database.
func TestOneDoorToCasework(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	allowed := map[string]bool{"internal/instance": true, "internal/backup": true, "internal/instancetest": true}
	for _, folder := range []string{"cmd", "internal", "dashboard", "metrics", "casework", "ingest", "transform"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, filepath.Dir(path))
			if strings.Contains(string(src), "\"bellwether/casework/store/sqlite\"") && !allowed[filepath.ToSlash(rel)] {
				t.Errorf("%s opens the casework file itself: use instance.OpenStore", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
