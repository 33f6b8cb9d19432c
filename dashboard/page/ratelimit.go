package page

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits bounds how often one caller may ask. The zero value bounds nothing, for tests that stand still in time.
type Limits struct {
	// Door bounds requests to sign in, by address; Inside all others, by session. Each is a number a second and how many at once.
	Door, DoorBurst, Inside, InsideBurst float64
}

// ServingLimits are those of a running service: far above what people do, far below what a program can.
var ServingLimits = Limits{Door: 2, DoorBurst: 40, Inside: 20, InsideBurst: 200}

// maxCallers bounds how many callers are remembered: a flood of addresses must not fill the memory.
const maxCallers = 10000

// throttle counts requests by caller.
type throttle struct {
	mu      sync.Mutex
	callers map[string]*rate.Limiter
}

// allow says whether a caller may ask now.
func (t *throttle) allow(caller string, now time.Time, perSecond, burst float64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.callers == nil || len(t.callers) >= maxCallers {
		// Forgetting everybody is fair: whoever floods starts again from a full allowance, like everybody else.
		t.callers = map[string]*rate.Limiter{}
	}
	l := t.callers[caller]
	if l == nil {
		l = rate.NewLimiter(rate.Limit(perSecond), int(burst))
		t.callers[caller] = l
	}
	return l.AllowN(now, 1)
}

// atDoor says whether a request is one by which people come in.
func atDoor(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/sign-in") || strings.HasPrefix(r.URL.Path, "/welcome") || r.URL.Path == "/account/confirm" || r.URL.Path == "/account/password"
}

// pace refuses whoever asks too often, before anything is read or counted against an account.
func (s *Server) pace(next http.Handler) http.Handler {
	l := s.Config.Limits
	if l == (Limits{}) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ok := true
		switch {
		case strings.HasPrefix(r.URL.Path, "/static/"):
		case atDoor(r):
			ok = s.throttle.allow("door "+CallerAddress(r), s.Config.Now(), l.Door, l.DoorBurst)
		default:
			caller := "address " + CallerAddress(r)
			if c, err := r.Cookie(s.sessions.Cookie.Name); err == nil && len(c.Value) < 200 {
				caller = "session " + c.Value
			}
			ok = s.throttle.allow(caller, s.Config.Now(), l.Inside, l.InsideBurst)
		}
		if !ok {
			w.Header().Set("Retry-After", "5")
			s.fail(w, r, &Problem{Status: http.StatusTooManyRequests, Title: "Too many requests", Says: "They came faster than anybody reads. Wait a few seconds and try again."})
			return
		}
		next.ServeHTTP(w, r)
	})
}
