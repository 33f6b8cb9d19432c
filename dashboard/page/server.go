package page

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"

	"bellwether/casework/cases"
	"bellwether/casework/intelligence"
	"bellwether/casework/pathway"
	"bellwether/casework/personal"
	"bellwether/casework/restricted"
	"bellwether/casework/review"
	"bellwether/casework/store/memory"
	"bellwether/dashboard/read"
	"bellwether/dashboard/static"
	"bellwether/dashboard/svg"
	"bellwether/internal/access"
)

// Server is the dashboard as an http.Handler.
type Server struct {
	Config Config
	// Routes are all the addresses that it answers.
	Routes []Route
	// Assets are the files that browsers fetch besides pages.
	Assets *static.Files
	// Shelf keeps sealed papers until their makers fetch them.
	Shelf Shelf
	// SVG draws charts on the server; nil where the chart library isn't built in.
	SVG       *svg.Renderer
	sessions  *scs.SessionManager
	templates map[string]*template.Template
	handler   http.Handler
	frames    atomic.Pointer[cachedFrame]
	places    atomic.Pointer[cachedPlaces]
	throttle  throttle
	ahead     ahead
	turns     turns
	draftKey  []byte
	patterns  patterns
}

// New builds a server of these routes. It fails on a configuration that would serve less safely than asked. Words are what templates
// ask of single rooms, beside what every page has.
func New(cfg Config, routes []Route, words template.FuncMap) (*Server, error) {
	switch {
	case cfg.Snapshots == nil:
		return nil, errors.New("page: no snapshots to serve from: set Config.Snapshots")
	case cfg.Accounts == nil:
		return nil, errors.New("page: nobody could sign in: set Config.Accounts")
	case cfg.Auditor == nil:
		return nil, errors.New("page: reads could not be recorded: set Config.Auditor")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Casework == nil && cfg.Restricted == nil {
		// For trying things out: cases and what hides them, over one store.
		kept := memory.New()
		joined, err := pathway.Shipped("joined")
		if err != nil {
			return nil, err
		}
		if cfg.Casework, err = cases.NewDesk(kept, cfg.Now, joined); err != nil {
			return nil, err
		}
		if cfg.Restricted, err = restricted.NewBook(context.Background(), kept, cfg.Now); err != nil {
			return nil, err
		}
	}
	if cfg.Reviews == nil {
		var err error
		if cfg.Reviews, err = review.NewDesk(memory.New(), cfg.Now, review.Options{}); err != nil {
			return nil, err
		}
	}
	if cfg.Intelligence == nil {
		cfg.Intelligence = intelligence.New(memory.New(), cfg.Now)
	}
	if cfg.Personal == nil {
		cfg.Personal = personal.New(memory.New(), cfg.Now)
	}
	if cfg.Facts == nil && cfg.Restricted != nil {
		cfg.Facts = cfg.Restricted
	}
	if cfg.Casework == nil {
		joined, err := pathway.Shipped("joined")
		if err != nil {
			return nil, err
		}
		if cfg.Casework, err = cases.NewDesk(memory.New(), cfg.Now, joined); err != nil {
			return nil, err
		}
	}
	if cfg.Authorise == nil {
		cfg.Authorise = access.Authorise
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Try == nil {
		cfg.Try = func(ctx context.Context, snap *read.Snapshot, rule, indicator string, to float64) (read.Trial, error) {
			return snap.Try(ctx, rule, indicator, to)
		}
	}
	cfg.Words = cfg.Words.withDefaults()
	if cfg.Idle == 0 {
		cfg.Idle = idleTime
	}
	s := &Server{Config: cfg, sessions: newSessions(cfg), draftKey: make([]byte, 32), turns: make(turns, turnsPerCore*runtime.GOMAXPROCS(0))}
	s.sessions.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		cfg.Log.Error("session store failed", "error", err)
		s.fail(w, r, errCasework)
	}
	_, _ = rand.Read(s.draftKey) // never fails: it ends the process where the system has no randomness
	var err error
	if s.Assets, err = static.Load(cfg.Words.Markings); err != nil {
		return nil, err
	}
	if s.templates, err = parseTemplates(s, words); err != nil {
		return nil, err
	}
	if echarts, css := s.Assets.Raw("vendor/echarts.min.js"), s.Assets.Raw("bellwether.css"); echarts != nil {
		if s.SVG, err = svg.New(echarts, css); err != nil {
			return nil, err
		}
	}
	s.Routes = routes
	if s.handler, err = s.build(); err != nil {
		return nil, err
	}
	return s, nil
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// AssetsBuilt says whether the front-end packages are in the binary; without them pages work, unstyled and without charts.
func (s *Server) AssetsBuilt() bool { return s.Assets.Built }

// HTTPServer wraps a handler in a server with the time and size limits that a page server needs.
func HTTPServer(h http.Handler, errorLog *slog.Logger) *http.Server {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	if errorLog != nil {
		srv.ErrorLog = slog.NewLogLogger(errorLog.Handler(), slog.LevelWarn)
	}
	return srv
}

// mux registers the table; nothing else is registered but the static files, which hold no content.
func (s *Server) mux() *http.ServeMux {
	mux := http.NewServeMux()
	for _, rt := range s.Routes {
		mux.HandleFunc(rt.Pattern, s.serve(rt))
	}
	mux.Handle("GET /static/", s.Assets)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			s.fail(w, r, &Problem{Status: http.StatusMethodNotAllowed, Title: "That can't be done here", Says: "This address doesn't take that kind of request."})
			return
		}
		s.fail(w, r, ErrNotFound)
	})
	return mux
}

// build wraps the routes in what every request passes.
func (s *Server) build() (http.Handler, error) {
	cross := http.NewCrossOriginProtection()
	for _, origin := range s.Config.TrustedOrigins {
		if err := cross.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("page: trusted origin %q: %w (write it as https://name, without a path)", origin, err)
		}
	}
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, &Problem{Status: http.StatusForbidden, Title: "This form came from somewhere else", Says: "Only Bellwether's own pages may send it. Open the page here and try again."})
	}))
	served, err := compressed(s.limits(cross.Handler(s.sessions.LoadAndSave(s.mux()))))
	if err != nil {
		return nil, err
	}
	return s.recover(s.headers(s.pace(served))), nil
}
