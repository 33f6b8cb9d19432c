package serving

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"bellwether/internal/app"
	"bellwether/internal/instancetest"
)

// TestRequestsInHandAreAnswered stops the server while a form is still on its way in: the form is answered whole, and nobody new is let in.
func TestRequestsInHandAreAnswered(t *testing.T) {
	a := start(t, instancetest.Copy(t))
	addr := a.Addr()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	form := "username=chair&password=wrong+on+purpose"
	fmt.Fprintf(conn, "POST /sign-in HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", addr, len(form))
	answer := bufio.NewReader(conn)
	line, err := answer.ReadString('\n') // the server has begun to read the form
	if err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err)
	}
	if _, err := answer.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		stopped <- a.Stop(ctx)
	}()
	for { // until the door is shut
		probe, err := net.Dial("tcp", addr)
		if err != nil {
			break
		}
		probe.Close()
	}
	if _, err := io.WriteString(conn, form); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(answer, nil)
	if err != nil {
		t.Fatalf("the request in hand was dropped: %v", err)
	}
	body, err := read(resp)
	if err != nil || resp.StatusCode >= 500 || !strings.Contains(body, "</html>") {
		t.Errorf("%d, %v:\n%s", resp.StatusCode, err, body)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// hostile are clients that want to keep the server's sockets, or to fill its memory.
var hostile = []struct {
	name string
	send func(net.Conn) error
	over time.Duration // by then the server must have let go of them
}{
	{"says nothing", func(net.Conn) error { return nil }, 8 * time.Second},
	{"half a header", func(c net.Conn) error { _, err := io.WriteString(c, "GET /data HTTP/1.1\r\nHost: x\r\nX-"); return err }, 8 * time.Second},
	{"a header without an end", func(c net.Conn) error {
		_, err := io.WriteString(c, "GET /data HTTP/1.1\r\nHost: x\r\nX-Long: ")
		for range 64 {
			if err != nil {
				return nil // the server has had enough
			}
			_, err = io.WriteString(c, strings.Repeat("a", 16<<10))
		}
		return nil
	}, 8 * time.Second},
	{"no request at all", func(c net.Conn) error {
		_, err := c.Write([]byte{0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, '\r', '\n', '\r', '\n'})
		return err
	}, 8 * time.Second},
	{"two lengths", func(c net.Conn) error {
		_, err := io.WriteString(c, "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 30\r\n\r\nabc")
		return err
	}, 8 * time.Second},
}

// TestHostileClients opens two hundred bad connections and asks, meanwhile and over another, for pages: those are answered as ever, and
// the bad ones are let go of in time.
func TestHostileClients(t *testing.T) {
	a := start(t, instancetest.Copy(t))
	c := client(t, "http://"+a.Addr())
	quiet := median(t, c, a)
	var wg sync.WaitGroup
	for i := range 200 {
		h := hostile[i%len(hostile)]
		conn, err := net.Dial("tcp", a.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		wg.Go(func() {
			if err := h.send(conn); err != nil && !strings.Contains(err.Error(), "reset") && !strings.Contains(err.Error(), "broken pipe") {
				t.Errorf("%s: %v", h.name, err)
			}
			_ = conn.SetReadDeadline(time.Now().Add(h.over))
			if _, err := io.Copy(io.Discard, conn); err != nil && strings.Contains(err.Error(), "timeout") {
				t.Errorf("a client that %s still has its connection after %s", h.name, h.over)
			}
		})
	}
	busy := median(t, c, a)
	wg.Wait()
	t.Logf("half the pages within %s alone, %s beside 200 bad connections", quiet, busy)
	if busy > 20*quiet+time.Second {
		t.Errorf("beside bad connections half the pages take %s, alone %s", busy, quiet)
	}
}

// TestAFormWithoutAnEndIsRefused sends more than any form may hold.
func TestAFormWithoutAnEndIsRefused(t *testing.T) {
	a := start(t, instancetest.Copy(t))
	resp, err := http.Post("http://"+a.Addr()+"/sign-in", "application/x-www-form-urlencoded", io.LimitReader(endless{}, 64<<20))
	if err != nil {
		return // the server closed the connection before it had been told everything
	}
	if _, err := read(resp); err != nil || resp.StatusCode < 400 || resp.StatusCode >= 500 {
		t.Errorf("%d, %v", resp.StatusCode, err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func median(t *testing.T, c *http.Client, a *app.App) time.Duration {
	t.Helper()
	var all []time.Duration
	for range 9 {
		began := time.Now()
		resp, err := c.Get("http://" + a.Addr() + "/data")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(resp); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%d, %v", resp.StatusCode, err)
		}
		all = append(all, time.Since(began))
	}
	return middle(all)
}
