package cqcapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Base is where the API is served.
const Base = "https://api.service.cqc.org.uk/public/v1"

// Config says how to reach the API. Zero values take the defaults.
type Config struct {
	Base        string
	Key         string // the subscription key, read from a secret file; never logged
	PartnerCode string
	UserAgent   string
	HTTP        *http.Client  // its transport may count requests
	PerSecond   float64       // requests a second, 10 unless told
	Workers     int           // requests at once, 4 unless told
	Tries       int           // of one request, 6 unless told
	Timeout     time.Duration // of one try, 30 s unless told
	MaxBody     int64         // bytes of one answer, 16 MiB unless told

	Now    func() time.Time
	Sleep  func(context.Context, time.Duration) error // waits; injected so that tests need no time
	Jitter func() float64                             // from 0 to 1
}

// The reasons for which an answer ends a fetch at once: trying again would change nothing.
var (
	ErrKey       = errors.New("the CQC API refused the subscription key: put a valid key into the secret file and try again")
	ErrForbidden = errors.New("the CQC API refused the request (403): it does so for requests without a User-Agent and for keys that are not subscribed; check both")
)

// GoneError says that an id is not, or no longer, known to CQC.
type GoneError struct{ ID string }

// Error names the id, which is public.
func (e *GoneError) Error() string {
	return fmt.Sprintf("CQC knows no %s (404): it was withdrawn", e.ID)
}

// client makes single requests, patiently.
type client struct {
	cfg   Config
	pace  *rate.Limiter
	mu    sync.Mutex
	pause time.Time // nobody asks before this: one worker's 429 holds for all
}

func newClient(cfg Config) (*client, error) {
	if cfg.Base == "" {
		cfg.Base = Base
	}
	u, err := url.Parse(cfg.Base)
	if err != nil || u.Host == "" || (u.Scheme != "https" && !loopback(u.Hostname())) {
		return nil, fmt.Errorf("the address of the CQC API must be https://…; it is %q", cfg.Base)
	}
	cfg.Base = strings.TrimRight(cfg.Base, "/")
	if cfg.Key == "" {
		return nil, errors.New("the CQC API needs a subscription key: put it into the secret file that the configuration names")
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "Bellwether/1 (care market monitoring by a local authority)"
	}
	cfg.PerSecond, cfg.Workers, cfg.Tries = or(cfg.PerSecond, 10), or(cfg.Workers, 4), or(cfg.Tries, 6)
	cfg.Timeout, cfg.MaxBody = or(cfg.Timeout, 30*time.Second), or(cfg.MaxBody, 16<<20)
	var own http.Client
	if cfg.HTTP != nil {
		own = *cfg.HTTP
	}
	// The key must never follow a redirect to another host.
	own.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if r.URL.Host != via[0].URL.Host || len(via) > 3 {
			return errors.New("the CQC API sent the request on to another address, which is not followed")
		}
		return nil
	}
	cfg.HTTP = &own
	return &client{cfg: cfg, pace: rate.NewLimiter(rate.Limit(cfg.PerSecond), cfg.Workers)}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func or[T int | int64 | float64 | time.Duration](v, d T) T {
	if v <= 0 {
		return d
	}
	return v
}

// get asks for an address below the base until there is an answer worth having.
func (c *client) get(ctx context.Context, address string, query url.Values) (json.RawMessage, error) {
	full := c.cfg.Base + address
	if c.cfg.PartnerCode != "" {
		query = clone(query)
		query.Set("partnerCode", c.cfg.PartnerCode)
	}
	if len(query) > 0 {
		full += "?" + strings.ReplaceAll(query.Encode(), "+", "%20")
	}
	var last error
	for try := range c.cfg.Tries {
		if err := c.wait(ctx); err != nil {
			return nil, err
		}
		body, again, err := c.once(ctx, full)
		if err == nil {
			return body, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var retry *retryError
		if !errors.As(err, &retry) {
			return nil, err
		}
		last = err
		if try+1 < c.cfg.Tries {
			c.hold(backoff(try, again, c.cfg.Jitter()), again > 0)
			if again <= 0 {
				if err := c.cfg.Sleep(ctx, backoff(try, 0, c.cfg.Jitter())); err != nil {
					return nil, err
				}
			}
		}
	}
	return nil, fmt.Errorf("the CQC API gave no usable answer after %d tries: %w. What was read so far is kept; the next fetch goes on from it", c.cfg.Tries, last)
}

// The longest waits: between tries, and when the server says how long.
const (
	longestBackoff = time.Minute
	longestWait    = 10 * time.Minute
)

// backoff doubles from a second with jitter of half; a server's own wish goes before it, within reason.
func backoff(try int, asked time.Duration, jitter float64) time.Duration {
	if asked > 0 {
		return min(asked, longestWait)
	}
	d := min(time.Second<<min(try, 10), longestBackoff)
	return d/2 + time.Duration(jitter*float64(d))/2
}

// hold makes every worker wait where the server asked for it.
func (c *client) hold(d time.Duration, all bool) {
	if !all {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if until := c.cfg.Now().Add(d); until.After(c.pause) {
		c.pause = until
	}
}

func (c *client) wait(ctx context.Context) error {
	c.mu.Lock()
	left := c.pause.Sub(c.cfg.Now())
	c.mu.Unlock()
	if left > 0 {
		if err := c.cfg.Sleep(ctx, left); err != nil {
			return err
		}
	}
	return c.pace.Wait(ctx)
}

// retryError is a failure that may pass.
type retryError struct{ why string }

func (e *retryError) Error() string { return e.why }

// once makes one request. again is how long the server asked to be left alone.
func (c *client) once(ctx context.Context, full string) (body json.RawMessage, again time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, full, nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Ocp-Apim-Subscription-Key", c.cfg.Key)
	req.Header.Set("User-Agent", c.cfg.UserAgent)
	req.Header.Set("Accept", "application/json")
	resp, err := c.cfg.HTTP.Do(req)
	if err != nil {
		var address *url.Error
		if errors.As(err, &address) {
			err = address.Err // the address holds the partner code
		}
		return nil, 0, &retryError{why: fmt.Sprintf("no answer: %v", err)}
	}
	defer func() {
		_, _ = io.CopyN(io.Discard, resp.Body, 1<<16) // so that the connection can be used again
		_ = resp.Body.Close()
	}()
	switch code := resp.StatusCode; {
	case code == http.StatusUnauthorized:
		return nil, 0, ErrKey
	case code == http.StatusForbidden:
		return nil, 0, ErrForbidden
	case code == http.StatusNotFound:
		return nil, 0, &GoneError{}
	case code == http.StatusTooManyRequests || code >= 500 || code == http.StatusRequestTimeout:
		return nil, retryAfter(resp.Header.Get("Retry-After"), c.cfg.Now()), &retryError{why: "it answered " + strconv.Itoa(code)}
	case code != http.StatusOK:
		return nil, 0, fmt.Errorf("the CQC API answered %d, which no retry will change", code)
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, c.cfg.MaxBody+1))
	if err != nil {
		return nil, 0, &retryError{why: "the answer broke off"}
	}
	if int64(len(raw)) > c.cfg.MaxBody {
		return nil, 0, fmt.Errorf("an answer of the CQC API is larger than %d MiB: it is not read", c.cfg.MaxBody>>20)
	}
	if !json.Valid(raw) {
		return nil, 0, &retryError{why: "the answer is not JSON, or only a part of it"}
	}
	return raw, 0, nil
}

// retryAfter reads the header in both of its forms.
func retryAfter(s string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	if t, err := http.ParseTime(s); err == nil && t.After(now) {
		return t.Sub(now)
	}
	return 0
}

func clone(v url.Values) url.Values {
	out := url.Values{}
	for k, vs := range v {
		out[k] = vs
	}
	return out
}
