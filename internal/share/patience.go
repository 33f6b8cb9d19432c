package share

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// patience is how long a service may keep an exchange waiting. One that takes a connection and then says nothing, or trickles, must not
// hold up a run, nor the exchanges that wait for this one.
type patience struct {
	silence   time.Duration // of one connection, in both directions
	allowance time.Duration // for one exchange, beside what its bytes take
	slowest   int64         // bytes a second below which a line can't carry snapshots
}

var ordinary = patience{silence: 30 * time.Second, allowance: time.Minute, slowest: 256 << 10}

// errSlow is why an exchange was broken off.
var errSlow = errors.New("it was too slow")

// exchange bounds one exchange of so many bytes.
func (p patience) exchange(ctx context.Context, bytes int64) (context.Context, context.CancelFunc) {
	limit := p.allowance + time.Duration(bytes/p.slowest)*time.Second
	return context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w: not done within %s", errSlow, limit))
}

// because gives the reason for which an exchange was broken off, rather than that it was.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, errSlow) {
		return cause
	}
	return err
}

// reader is what an exchange gives; closing it ends the exchange.
type reader struct {
	io.ReadCloser
	ctx context.Context
	end context.CancelFunc
}

func (r reader) Read(b []byte) (int, error) {
	n, err := r.ReadCloser.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = because(r.ctx, err)
	}
	return n, err
}

func (r reader) Close() error {
	defer r.end()
	return r.ReadCloser.Close()
}
