package share

import (
	"net/http"
	"sync"
	"time"
)

// serverClock notes the time that a service puts on each of its answers. Requests are signed with this machine's, and refused where the two
// are far apart.
type serverClock struct {
	next http.RoundTripper

	mu    sync.Mutex
	known bool
	apart time.Duration
}

// RoundTrip implements http.RoundTripper.
func (c *serverClock) RoundTrip(r *http.Request) (*http.Response, error) {
	asked := time.Now()
	answer, err := c.next.RoundTrip(r)
	if err != nil {
		return answer, err
	}
	if at, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		now := time.Now()
		apart := at.Sub(now)
		// The service dated its answer between the question and now, and cut off what was less than a second.
		if asked := at.Add(time.Second).Sub(asked); apart <= 0 && asked >= 0 {
			apart = 0
		}
		c.mu.Lock()
		c.known, c.apart = true, apart
		c.mu.Unlock()
	}
	return answer, nil
}

// ahead is how much the service's clock was ahead of this machine's at its last answer, and whether it gave a time at all.
func (c *serverClock) ahead() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.apart, c.known
}
