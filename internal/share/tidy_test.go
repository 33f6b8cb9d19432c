package share

import (
	"bytes"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"bellwether/internal/warehouse"
)

// uploads are the keys of the bucket's uploads that are neither complete nor aborted.
func (w *world) uploads(m machine) (keys []string) {
	w.t.Helper()
	for u := range m.place.(*bucket).client.ListIncompleteUploads(w.t.Context(), "council", "", true) {
		if u.Err != nil {
			w.t.Fatal(u.Err)
		}
		keys = append(keys, u.Key)
	}
	slices.Sort(keys)
	return keys
}

// breaksOff begins an upload, sends one part of it, and goes no further.
func (w *world) breaksOff(m machine, key string, began time.Time) {
	w.t.Helper()
	w.fake.began.Store(&began)
	defer w.fake.began.Store(nil)
	core := minio.Core{Client: m.place.(*bucket).client}
	id, err := core.NewMultipartUpload(w.t.Context(), "council", key, minio.PutObjectOptions{})
	if err == nil {
		_, err = core.PutObjectPart(w.t.Context(), "council", key, id, 1, strings.NewReader("half a snapshot"), 15, minio.PutObjectPartOptions{})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

const brokenOff = "files/20260930T050021123Z-7f3a9c21d0b4.duckdb"

// A machine that is killed in the middle of an upload leaves parts; the next publication takes them away, and nothing that is anybody else's
// or still under way.
func TestTheNextPublicationTakesAwayWhatWasBrokenOff(t *testing.T) {
	w := bucketWorld(t)
	m := w.machine()
	old, young := w.now.Add(-25*time.Hour), w.now.Add(-23*time.Hour)
	stay := []string{
		"bellwether/live/files/20260930T060021123Z-7f3a9c21d0b4.duckdb", // young
		"bellwether/live/files/notes.txt",
		"bellwether/live/" + publicationsPrefix + "0000000000000001-20260930T050021123Z-7f3a9c21d0b4.json",
		"bellwether/live-2/" + brokenOff,
		"bellwether/live/files/x/" + brokenOff,
		brokenOff,
	}
	for i, key := range stay {
		began := old
		if i == 0 {
			began = young
		}
		w.breaksOff(m, key, began)
	}
	slices.Sort(stay)
	ours := "bellwether/live/" + brokenOff
	w.breaksOff(m, ours, old)
	w.breaksOff(m, ours, old) // twice: each attempt has its own
	m.push(0)
	if got := w.uploads(m); !slices.Contains(got, ours) {
		t.Fatalf("without a publication something was taken away: %q", got)
	}
	m.publish(one, warehouse.FormatVersion)
	m.push(0)
	if got := w.uploads(m); !slices.Equal(got, stay) {
		t.Errorf("left are %q, want %q", got, stay)
	}
}

// A key that may not list or abort uploads publishes all the same; what it lacks is named once, and doctor is told.
func TestAKeyThatMayNotTakeAwayWhatWasBrokenOff(t *testing.T) {
	for name, refused := range map[string]func(*http.Request) bool{
		"listing":  func(r *http.Request) bool { return r.Method == http.MethodGet && r.URL.Query().Has("uploads") },
		"aborting": func(r *http.Request) bool { return r.Method == http.MethodDelete && r.URL.Query().Has("uploadId") },
	} {
		t.Run(name, func(t *testing.T) {
			w := bucketWorld(t)
			m, follower := w.machine(), w.machine()
			var said bytes.Buffer
			m.log = slog.New(slog.NewTextHandler(&said, nil))
			ours := "bellwether/live/" + brokenOff
			w.breaksOff(m, ours, w.now.Add(-25*time.Hour))
			hook := fault(func(rw http.ResponseWriter, r *http.Request, serve http.Handler) {
				if refused(r) {
					refuses(rw, r, serve)
					return
				}
				serve.ServeHTTP(rw, r)
			})
			w.fake.hook.Store(&hook)
			for _, id := range []string{one, two} {
				m.publish(id, warehouse.FormatVersion)
				m.push(0)
				follower.pulls(id)
			}
			if m.Stats().Failing {
				t.Error("sharing counts as failing")
			}
			if got := said.String(); strings.Count(got, "level=WARN") != 1 || !strings.Contains(got, "s3:ListBucketMultipartUploads, s3:AbortMultipartUpload") || strings.Contains(got, "the words of the service") {
				t.Errorf("it says %s", got)
			}
			trial, err := m.Try(t.Context())
			if may := name == "aborting"; err != nil || trial.Write != nil || (trial.Tidy == nil) != may {
				t.Errorf("Try() = %+v, %v", trial, err)
			}
			w.fake.hook.Store(nil)
			m.publish(three, warehouse.FormatVersion)
			m.push(0)
			if got := w.uploads(m); len(got) > 0 {
				t.Errorf("once it may, left are %q", got)
			}
		})
	}
}

// In a folder, what is not yet whole is a file of its own.
func TestTheNextPublicationRemovesPartsFromAFolder(t *testing.T) {
	onBoth(t, func(w *world) {
		if w.fake != nil {
			return
		}
		m := w.machine()
		m.publish(one, warehouse.FormatVersion)
		m.push(0)
		stay := map[string]bool{partPrefix + "2": true, "notes.txt": true}
		for name, age := range map[string]time.Duration{partPrefix + "1": 25 * time.Hour, partPrefix + "2": 23 * time.Hour, "notes.txt": 25 * time.Hour} {
			path := filepath.Join(w.set.Share, "files", name)
			if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
				w.t.Fatal(err)
			}
			if err := os.Chtimes(path, time.Time{}, w.now.Add(-age)); err != nil {
				w.t.Fatal(err)
			}
		}
		m.publish(two, warehouse.FormatVersion)
		m.push(0)
		entries, err := os.ReadDir(filepath.Join(w.set.Share, "files"))
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".duckdb") && !stay[e.Name()] {
				w.t.Errorf("%s was left", e.Name())
			}
			delete(stay, e.Name())
		}
		if len(stay) > 0 {
			w.t.Errorf("%v is gone", stay)
		}
	})
}
