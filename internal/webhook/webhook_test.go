package webhook

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var secret = []byte("0123456789abcdef0123456789abcdef")

// receiver takes messages as a council's own service would: it checks the signature and knows a repeat by its key.
type receiver struct {
	t        *testing.T
	now      *time.Time
	answers  []int // one a request; 200 when they are used up
	keys     map[string]int
	messages []Message
	bodies   []string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		r.t.Error(err)
	}
	if err := Verify(secret, req.Header.Get(SignatureHeader), body, *r.now, time.Minute); err != nil {
		r.t.Errorf("the signature does not hold: %v", err)
	}
	if len(r.answers) > 0 {
		code := r.answers[0]
		r.answers = r.answers[1:]
		if code != http.StatusOK {
			w.WriteHeader(code)
			return
		}
	}
	var m Message
	if err := json.Unmarshal(body, &m); err != nil {
		r.t.Error(err)
	}
	if m.Key != req.Header.Get(KeyHeader) {
		r.t.Error("the key of the header is not the body's")
	}
	if r.keys[m.Key]++; r.keys[m.Key] == 1 {
		r.messages = append(r.messages, m)
	}
	r.bodies = append(r.bodies, string(body))
}

type world struct {
	*receiver
	s   *Sender
	opt Options
}

func newWorld(t *testing.T, answers ...int) *world {
	t.Helper()
	now := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	r := &receiver{t: t, now: &now, answers: answers, keys: map[string]int{}}
	srv := httptest.NewServer(r)
	t.Cleanup(srv.Close)
	w := &world{receiver: r, opt: Options{URL: srv.URL, Secret: secret, File: filepath.Join(t.TempDir(), "webhook.json"), Link: "https://b.example/", Now: func() time.Time { return now }}}
	w.open()
	return w
}

func (w *world) open() {
	w.t.Helper()
	var err error
	if w.s, err = Open(w.opt); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) observe(snapshot string, want int, flags ...Flag) {
	w.t.Helper()
	if n, err := w.s.Observe(snapshot, "run-"+snapshot, flags); err != nil || n != want {
		w.t.Errorf("%s: %d changes, want %d; %v", snapshot, n, want, err)
	}
}

func (w *world) types() (out []string) {
	for _, m := range w.messages {
		out = append(out, m.FlagID+" "+m.Type)
	}
	return out
}

func TestChangesAreToldOnce(t *testing.T) {
	w := newWorld(t)
	w.observe("s1", 0, Flag{"old", "open", "provider_concern"})
	w.observe("s2", 2, Flag{"old", "cleared", "provider_concern"}, Flag{"new", "raised", "pre_provider_concern"})
	w.observe("s2", 0, Flag{"new", "open", "pre_provider_concern"}) // the same snapshot again
	if n, err := w.s.Deliver(t.Context()); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	w.open() // another process, the same outbox
	w.observe("s3", 1, Flag{"old", "cleared", "provider_concern"}, Flag{"new", "open", "pre_provider_concern"})
	if n, err := w.s.Deliver(t.Context()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if want := []string{"old flag.cleared", "new flag.raised", "new flag.open"}; !slices.Equal(w.types(), want) {
		t.Errorf("%v, want %v", w.types(), want)
	}
	m := w.messages[2]
	if m.URL != "https://b.example/flags/new" || m.RunID != "run-s3" || m.Snapshot != "s3" || m.Level != "pre_provider_concern" {
		t.Errorf("%+v", m)
	}
}

// TestAMessageHoldsPointersAlone reads its fields: none could hold a name, a place or a person.
func TestAMessageHoldsPointersAlone(t *testing.T) {
	w := newWorld(t)
	w.observe("s1", 0)
	w.observe("s2", 1, Flag{"f1", "open", "provider_concern"})
	if _, err := w.s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(w.bodies[0]), &fields); err != nil {
		t.Fatal(err)
	}
	for name := range fields {
		if !slices.Contains([]string{"key", "type", "flag_id", "level", "snapshot", "run_id", "at", "url"}, name) {
			t.Errorf("a message says %s", name)
		}
	}
}

func TestFailuresAreTriedAgainWithGrowingPauses(t *testing.T) {
	w := newWorld(t, 503, 500, 302, 200)
	w.observe("s1", 0)
	w.observe("s2", 1, Flag{"f1", "open", "provider_concern"})
	var pauses []time.Duration
	for len(w.messages) == 0 {
		_, err := w.s.Deliver(t.Context())
		if err == nil && len(w.messages) == 0 {
			t.Fatal("nothing is due and nothing was sent")
		}
		if err == nil {
			break
		}
		if n, err := w.s.Deliver(t.Context()); n != 0 || err != nil {
			t.Errorf("before its time the message is tried again: %d, %v", n, err)
		}
		w.open() // a restart neither forgets the message nor its pause
		until := w.s.box.Waiting[0].NotUntil
		pauses = append(pauses, until.Sub(*w.now))
		*w.now = until
	}
	if want := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute}; !slices.Equal(pauses, want) {
		t.Errorf("pauses %v, want %v", pauses, want)
	}
	if c := w.s.Counts(); c != (Counts{Attempts: 4, Failures: 3}) {
		t.Errorf("%+v", c)
	}
}

func TestTheLastAttemptPutsItAside(t *testing.T) {
	w := newWorld(t, slices.Repeat([]int{410}, Attempts)...)
	w.observe("s1", 0)
	w.observe("s2", 2, Flag{"f1", "open", "provider_concern"}, Flag{"f2", "open", "provider_concern"})
	for i := range Attempts {
		if _, err := w.s.Deliver(t.Context()); err == nil || !strings.Contains(err.Error(), "410") {
			t.Fatalf("attempt %d: %v", i+1, err)
		}
		*w.now = w.now.Add(9 * time.Hour)
	}
	if n, err := w.s.Deliver(t.Context()); n != 1 || err != nil { // the second is not held up for ever
		t.Errorf("%d, %v", n, err)
	}
	if c := w.s.Counts(); c != (Counts{Attempts: Attempts + 1, Failures: Attempts, GivenUp: 1}) {
		t.Errorf("%+v", c)
	}
	if len(w.s.box.Dead) != 1 || w.s.box.Dead[0].Message.FlagID != "f1" {
		t.Errorf("put aside: %+v", w.s.box.Dead)
	}
	if !slices.Equal(w.types(), []string{"f2 flag.open"}) {
		t.Error(w.types())
	}
}

// TestARepeatIsKnownByItsKey loses the note that a message was taken, as a kill would.
func TestARepeatIsKnownByItsKey(t *testing.T) {
	w := newWorld(t)
	w.observe("s1", 0)
	w.observe("s2", 1, Flag{"f1", "open", "provider_concern"})
	before, err := os.ReadFile(w.opt.File)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := os.WriteFile(w.opt.File, before, 0o600); err != nil {
			t.Fatal(err)
		}
		w.open()
		if n, err := w.s.Deliver(t.Context()); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}
	if len(w.bodies) != 2 || len(w.messages) != 1 {
		t.Errorf("%d deliveries, %d messages by key", len(w.bodies), len(w.messages))
	}
}

func TestSignatures(t *testing.T) {
	at := time.Unix(1773478800, 0)
	body := []byte(`{"flag_id":"f1"}`)
	good := Sign(secret, at, body)
	for _, c := range []struct {
		name, header string
		secret, body []byte
		now          time.Time
		ok           bool
	}{
		{"as sent", good, secret, body, at.Add(time.Second), true},
		{"another body", good, secret, []byte(`{"flag_id":"f2"}`), at, false},
		{"another secret", good, []byte("ffffffffffffffffffff"), body, at, false},
		{"another time", strings.Replace(good, "t=1", "t=2", 1), secret, body, at, false},
		{"played again", good, secret, body, at.Add(time.Hour), false},
		{"from the future", good, secret, body, at.Add(-time.Hour), false},
		{"nothing", "", secret, body, at, false},
	} {
		if err := Verify(c.secret, c.header, c.body, c.now, 5*time.Minute); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestBadOutboxesAndAddresses(t *testing.T) {
	w := newWorld(t)
	if err := os.WriteFile(w.opt.File, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(w.opt); err == nil || !strings.Contains(err.Error(), "remove it") {
		t.Error(err)
	}
	if _, err := Open(Options{Now: time.Now, Secret: []byte("short")}); err == nil {
		t.Error("a short secret is taken")
	}
	w = newWorld(t)
	w.observe("s1", 0)
	w.observe("s2", 1, Flag{"f1", "open", "x"})
	w.s.opt.URL = "http://127.0.0.1:1/nobody"
	if _, err := w.s.Deliver(t.Context()); err == nil || !strings.Contains(err.Error(), "can't be reached") || strings.Contains(err.Error(), "127.0.0.1") {
		t.Error(err)
	}
}
