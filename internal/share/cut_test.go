package share

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// fault is what happens to a request at the service or on the way there.
type fault func(w http.ResponseWriter, r *http.Request, serve http.Handler)

func cutBefore(w http.ResponseWriter, _ *http.Request, _ http.Handler) { hangUp(w) }

// cutInside breaks the line off in the middle of what is sent or of what is answered.
func cutInside(w http.ResponseWriter, r *http.Request, serve http.Handler) {
	if r.Method == http.MethodPut {
		_, _ = io.CopyN(io.Discard, r.Body, r.ContentLength/2)
		hangUp(w)
		return
	}
	serve.ServeHTTP(&half{ResponseWriter: w}, r)
	hangUp(w)
}

// cutAfter does what was asked and loses the answer.
func cutAfter(w http.ResponseWriter, r *http.Request, serve http.Handler) {
	serve.ServeHTTP(&mute{header: http.Header{}}, r)
	hangUp(w)
}

func serverError(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.WriteHeader(http.StatusInternalServerError)
	fmt.Fprint(w, `<Error><Code>InternalError</Code><Message>the words of the service</Message></Error>`)
}

func refuses(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprint(w, `<Error><Code>AccessDenied</Code><Message>the words of the service</Message></Error>`)
}

// otherBytes stores or hands out bytes that were changed on the way.
func otherBytes(w http.ResponseWriter, r *http.Request, serve http.Handler) {
	if r.Method == http.MethodPut {
		for _, sum := range []string{"Content-Md5", "X-Amz-Content-Sha256"} {
			r.Header.Del(sum) // a service that does not look
		}
		r.Body = struct {
			io.Reader
			io.Closer
		}{&flipped{Reader: r.Body}, r.Body}
	}
	serve.ServeHTTP(&flipper{ResponseWriter: w}, r)
}

func hangUp(w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = c.Close()
	}
}

// half passes half of an answer on.
type half struct{ http.ResponseWriter }

func (h *half) Write(b []byte) (int, error) {
	_, _ = h.ResponseWriter.Write(b[:len(b)/2])
	_ = http.NewResponseController(h.ResponseWriter).Flush()
	return len(b), nil
}

type mute struct{ header http.Header }

func (m *mute) Header() http.Header         { return m.header }
func (m *mute) WriteHeader(int)             {}
func (m *mute) Write(b []byte) (int, error) { return len(b), nil }

type flipped struct {
	io.Reader
	done bool
}

func (f *flipped) Read(b []byte) (int, error) {
	n, err := f.Reader.Read(b)
	if n > 0 && !f.done {
		f.done = true
		b[n/2] ^= 0x55
	}
	return n, err
}

var faults = map[string]fault{"cut before": cutBefore, "cut inside": cutInside, "cut after": cutAfter, "server error": serverError, "refusal": refuses, "other bytes": otherBytes}

// failing has every request from the n-th on meet a fault, and says whether any did.
func (f *fakeS3) failing(n int64, what fault) (met func() bool) {
	var seen atomic.Int64
	hook := func(w http.ResponseWriter, r *http.Request, serve http.Handler) {
		if seen.Add(1) < n {
			serve.ServeHTTP(w, r)
			return
		}
		what(w, r, serve)
	}
	f.hook.Store((*fault)(&hook))
	return func() bool {
		f.hook.Store(nil)
		return seen.Load() >= n
	}
}

// TestABucketThatFailsAtEveryPoint has the bucket fail in each way from each request of a publication on, and of a follower's look. Whatever was
// reached, every machine serves a whole snapshot, the one before or the new one; once the bucket is well, one exchange more makes it the
// new one everywhere, and nothing is left in the bucket that nobody names.
func TestABucketThatFailsAtEveryPoint(t *testing.T) {
	unit := minio.DefaultRetryUnit
	minio.DefaultRetryUnit = time.Millisecond
	t.Cleanup(func() { minio.DefaultRetryUnit = unit })
	w := bucketWorld(t)
	maker := w.machine()
	for _, id := range []string{one, two} {
		maker.publish(id, warehouse.FormatVersion)
		maker.push(3)
	}
	before, has := objects(t, maker), filepath.Base(first(t, maker).Path)
	maker.publish(three, warehouse.FormatVersion)
	points := map[string]int64{}
	for name, what := range faults {
		for _, side := range []string{"publishing", "following"} {
			for n := int64(1); ; n++ {
				if !w.failsOnce(maker, before, has, side, name, n, what) {
					points[side] = max(points[side], n-1)
					break
				}
			}
		}
	}
	if points["publishing"] < 6 || points["following"] < 3 {
		t.Errorf("only %v requests were made to fail", points)
	}
	t.Logf("%d ways to fail, at each of %d requests of a publication and %d of a look", len(faults), points["publishing"], points["following"])
}

// failsOnce is one case on a fresh bucket; it says whether there was an n-th request.
func (w *world) failsOnce(maker machine, before map[string]string, has, side, name string, n int64, what fault) bool {
	w.t.Helper()
	where := fmt.Sprintf("%s, %s from request %d on", side, name, n)
	fake := newFakeS3(w.t, "council")
	defer fake.Close()
	w.set.S3.Endpoint = fake.URL
	follower := w.machine()
	publisher := maker
	publisher.cfg.Snapshots = w.set
	var err error
	if publisher.Store, err = Open(publisher.cfg, func() time.Time { return w.now }, nil); err != nil {
		w.t.Fatal(err)
	}
	for name, body := range before {
		if err := publisher.place.put(w.t.Context(), name, strings.NewReader(body), int64(len(body))); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := os.Link(maker.cfg.Path(instance.Snapshots, has), follower.cfg.Path(instance.Snapshots, has)); err != nil {
		w.t.Fatal(err)
	}
	var fails error
	var met bool
	if side == "publishing" {
		end := fake.failing(n, what)
		fails = publisher.Push(w.t.Context(), 3)
		met = end()
	} else {
		publisher.push(3)
		end := fake.failing(n, what)
		_, fails = follower.Pull(w.t.Context())
		met = end()
	}
	var known *Error
	switch {
	case fails != nil && !errors.As(fails, &known):
		w.t.Errorf("%s: %v", where, fails)
	case fails != nil && (strings.Contains(fails.Error(), "the words of the service") || strings.Contains(fails.Error(), secretKey)):
		w.t.Errorf("%s: it says %v", where, fails)
	}
	if got := follower.serves(); got != two && got != three {
		w.t.Errorf("%s: the follower serves %q", where, got)
	}
	if name == "other bytes" && side == "publishing" {
		// What lies there was never what was published: a follower keeps what it has, and the next publication mends it.
		_, _ = follower.Pull(w.t.Context())
		if got := follower.serves(); got != two && got != three {
			w.t.Errorf("%s: the follower serves %q", where, got)
		}
		return met
	}
	w.now = w.now.Add(longest)
	publisher.push(3)
	follower.pulls(three)
	if s := follower.Stats(); s.Failing {
		w.t.Errorf("%s: it is still failing", where)
	}
	if left := objects(w.t, publisher); len(left) != 4 {
		w.t.Errorf("%s: the bucket holds %d objects, want two snapshots and their publications", where, len(left))
	}
	return met
}

func objects(t *testing.T, m machine) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, prefix := range []string{filesPrefix, publicationsPrefix} {
		names, err := m.place.list(t.Context(), prefix)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			r, err := m.place.get(t.Context(), name, 1)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(r)
			if err = errors.Join(err, r.Close()); err != nil {
				t.Fatal(err)
			}
			all[name] = string(body)
		}
	}
	return all
}

// A bucket that takes connections and says nothing, or trickles, is let go of: a run and the next look must not wait for it.
func TestABucketThatIsSlowIsLetGoOf(t *testing.T) {
	unit := minio.DefaultRetryUnit
	minio.DefaultRetryUnit = time.Millisecond
	t.Cleanup(func() { minio.DefaultRetryUnit = unit })
	over := make(chan struct{})
	silent := func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		select {
		case <-r.Context().Done():
		case <-over:
		}
	}
	trickles := func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		w.Header().Set("Content-Length", "1000000")
		for r.Context().Err() == nil {
			if _, err := w.Write([]byte("x")); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(5 * time.Millisecond):
			case <-over:
				return
			}
		}
	}
	w := bucketWorld(t)
	t.Cleanup(func() { close(over) })
	maker, a := w.machine(), w.machine()
	maker.publish(one, warehouse.FormatVersion)
	maker.push(0)
	a.pulls(one)
	maker.publish(two, warehouse.FormatVersion)
	maker.push(0)
	maker.publish(three, warehouse.FormatVersion)
	hasty := func(m machine, p patience) machine {
		place, err := newBucket("council", "bellwether/live", w.set.S3, secretKey, p)
		if err != nil {
			t.Fatal(err)
		}
		m.Store.place = place
		return m
	}
	for name, tt := range map[string]struct {
		fault    fault
		patience patience
		want     string
	}{
		"silent":   {silent, patience{silence: 100 * time.Millisecond, allowance: time.Hour, slowest: 1}, "timeout"},
		"trickles": {trickles, patience{silence: time.Hour, allowance: 300 * time.Millisecond, slowest: 1 << 30}, "too slow"},
	} {
		for n := int64(1); n <= 2; n++ { // a look and its first answer; a publication and its first bytes
			met := w.fake.failing(n, tt.fault)
			pushed := hasty(maker, tt.patience).Push(t.Context(), 0)
			if !met() {
				t.Fatalf("%s: no request %d", name, n)
			}
			met = w.fake.failing(n, tt.fault)
			_, pulled := hasty(a, tt.patience).Pull(t.Context())
			if !met() {
				t.Fatalf("%s: no request %d", name, n)
			}
			for _, err := range []error{pushed, pulled} {
				var known *Error
				if !errors.As(err, &known) || known.Problem != Unreachable || errors.Is(err, context.Canceled) {
					t.Errorf("%s at request %d: %v, want an error that says %q", name, n, err, tt.want)
				}
			}
		}
	}
	if got := a.serves(); got != one {
		t.Errorf("it serves %q", got)
	}
	hasty(maker, ordinary).push(0)
	hasty(a, ordinary).pulls(three)
	if left, err := filepath.Glob(a.cfg.Path(instance.Snapshots, ".*", "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
