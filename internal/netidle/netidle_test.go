package netidle

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pipe gives both ends of a connection, one of them under a limit. Its deadlines run on the test's own clock.
func pipe(t *testing.T, silence time.Duration) (limited, other net.Conn, l *Limit) {
	t.Helper()
	a, b := net.Pipe()
	l = New(silence)
	c, err := l.Dialer(func(context.Context, string, string) (net.Conn, error) { return a, nil })(t.Context(), "tcp", "anywhere")
	if err != nil {
		t.Fatal(err)
	}
	return c, b, l
}

func TestSilenceEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, other, limit := pipe(t, 30*time.Second)
		defer c.Close()
		defer other.Close()
		waits := func(want time.Duration) {
			t.Helper()
			began := time.Now()
			_, err := c.Read(make([]byte, 1))
			if took := time.Since(began); !errors.Is(err, os.ErrDeadlineExceeded) || took != want {
				t.Errorf("Read() = %v after %s, want a timeout after %s", err, took, want)
			}
		}
		waits(30 * time.Second)
		time.Sleep(time.Hour) // between two exchanges a connection may be silent for as long as it likes
		waits(30 * time.Second)
		limit.Set(time.Minute)
		waits(time.Minute)

		if err := c.SetReadDeadline(time.Now().Add(time.Second)); err != nil { // the owner is in more of a hurry
			t.Fatal(err)
		}
		waits(time.Second)
		if err := c.SetDeadline(time.Now().Add(time.Hour)); err != nil { // or in less
			t.Fatal(err)
		}
		waits(time.Minute)
		if err := c.SetDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
		waits(time.Minute)
	})
}

// What moves, however slowly, is no silence, and what was written gives the answer its time.
func TestWhatMovesGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, other, _ := pipe(t, 30*time.Second)
		go func() {
			for range 10 {
				time.Sleep(29 * time.Second)
				_, _ = other.Write([]byte("x"))
			}
			_, _ = other.Read(make([]byte, 1))
			_ = other.Close()
		}()
		for range 10 {
			if _, err := c.Read(make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(29 * time.Second)
		if _, err := c.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
	})
}

// A call that is broken off stays broken off, whichever came first: the wait or the end.
func TestAnOwnerBreaksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, other, _ := pipe(t, 30*time.Second)
		defer other.Close()
		defer c.Close()
		go func() {
			time.Sleep(time.Second)
			_ = c.SetDeadline(time.Unix(1, 0))
		}()
		began := time.Now()
		for range 2 {
			if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) != time.Second {
				t.Errorf("Read() = %v after %s", err, time.Since(began))
			}
		}
		if _, err := c.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Write() = %v", err)
		}
	})
}
