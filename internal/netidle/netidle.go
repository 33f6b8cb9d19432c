// Package netidle ends connections on which nothing moves. A network that splits tells neither side: without a bound whoever waits for an
// answer waits until the operating system gives up, a quarter of an hour later. The bound is on silence, in both directions, and not on
// the time that an exchange takes.
package netidle

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Limit is how long a connection may be silent while somebody waits for it. It may be changed while connections are open, and holds for them
// from their next step on.
type Limit struct{ silence atomic.Int64 }

// New makes a limit.
func New(silence time.Duration) *Limit {
	var l Limit
	l.Set(silence)
	return &l
}

// Set changes the limit.
func (l *Limit) Set(silence time.Duration) { l.silence.Store(int64(silence)) }

// Dialer dials as dial does, and puts the connections under the limit.
func (l *Limit) Dialer(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &conn{Conn: c, limit: l}, nil
	}
}

// conn sets its deadline anew at each step. What its owner sets, to break a call off or to bound it, holds beside the limit: the earlier counts.
type conn struct {
	net.Conn
	limit *Limit

	mu          sync.Mutex
	read, write time.Time // the owner's own deadlines, zero for none
}

func (c *conn) Read(b []byte) (int, error) {
	if err := c.more(); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

// Write gives whoever waits for the answer meanwhile as long again.
func (c *conn) Write(b []byte) (int, error) {
	if err := c.more(); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

func (c *conn) SetDeadline(t time.Time) error { return c.own(func() { c.read, c.write = t, t }) }

func (c *conn) SetReadDeadline(t time.Time) error { return c.own(func() { c.read = t }) }

func (c *conn) SetWriteDeadline(t time.Time) error { return c.own(func() { c.write = t }) }

func (c *conn) more() error { return c.own(func() {}) }

func (c *conn) own(change func()) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
	idle := time.Now().Add(time.Duration(c.limit.silence.Load()))
	if err := c.Conn.SetReadDeadline(earlier(c.read, idle)); err != nil {
		return err
	}
	return c.Conn.SetWriteDeadline(earlier(c.write, idle))
}

func earlier(own, idle time.Time) time.Time {
	if !own.IsZero() && own.Before(idle) {
		return own
	}
	return idle
}
