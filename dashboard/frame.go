package dashboard

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"bellwether/dashboard/chart"
	"bellwether/dashboard/class"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// pageFrame is what stands around every page.
type pageFrame struct {
	Title   string
	Path    string
	Words   Vocabulary
	Marking class.Marking
	Nav     []navItem
	Crumbs  []step
	User    string
	Roles   string
	Strip   *strip
	Charts  bool
	// Address is the page's own address with its query, ready for one more part; figures drawn on the server are asked for there.
	Address string
	Built   bool
	// Version is shown to those who have signed in.
	Version string
	// Idle is after how many seconds without a request the reader is signed out; 0 for those who are not signed in.
	Idle int
	// Back says that an earlier snapshot is shown.
	Back bool
	// Flash says once what the last form did.
	Flash string
}

type navItem struct {
	Text, Link string
	Current    bool
}

// strip says how much to trust the page: how it was known, when and by which rules.
type strip struct {
	AsOf     time.Time
	Fresh    string
	Late     []string
	Snapshot string
	Short    string
	Rules    string
	// Unmatched counts the records that are in no provider's figures.
	Unmatched int64
	// MayRules and MayData say that the reader's role opens the rules, and the data.
	MayRules, MayData bool
	// Run is the id of the run that published the snapshot.
	Run string
}

func (q *request) strip() *strip {
	if q.snap == nil || q.frame.Empty {
		return nil
	}
	st := &strip{AsOf: q.frame.Run.AsOf, Snapshot: q.snap.ID, Short: shortID(q.snap.ID), Rules: q.frame.Run.RuleSet + "@" + clipID(q.frame.Run.RuleSetHash), Unmatched: q.frame.UnmatchedIn(), Run: q.frame.Run.ID}
	st.MayData = q.cfg.Authorise(q.sub, access.View, access.Resource{Class: access.ClassA, Kind: access.Source}).Allow
	st.MayRules = q.cfg.Authorise(q.sub, access.View, access.Resource{Class: access.ClassA, Kind: access.Rules}).Allow
	fresh := 0
	for _, src := range q.frame.Sources {
		if src.State == "fresh" {
			fresh++
		}
		if src.Late() {
			name := words.SourceName(src.Name, src.Title)
			switch {
			case src.LateDays != nil && *src.LateDays > 0:
				st.Late = append(st.Late, fmt.Sprintf("%s %s late", name, words.Plural(int(*src.LateDays), "day")))
			case src.State == "failing":
				st.Late = append(st.Late, name+" failing")
			default:
				st.Late = append(st.Late, name+" late")
			}
		}
	}
	st.Fresh = fmt.Sprintf("%d of %s fresh", fresh, words.Plural(len(q.frame.Sources), "source"))
	return st
}

// shortID shortens a snapshot's id to the start of its content hash.
func shortID(id string) string {
	if i := strings.LastIndexByte(id, '-'); i >= 0 {
		id = id[i+1:]
	}
	return clipID(id)
}

func clipID(id string) string {
	if len(id) > 4 {
		return id[:4]
	}
	return id
}

// opens says whether a page of the navigation is the reader's.
func (q *request) opens(page string) bool {
	return slices.ContainsFunc(q.nav(), func(n navItem) bool { return n.Link == page })
}

// nav lists the pages that the reader's roles open.
func (q *request) nav() []navItem {
	var out []navItem
	for _, n := range []struct {
		text, link string
		cls        access.Class
		kind       access.Kind
	}{
		{"Market", "/market", access.ClassA, access.Market},
		{"Providers", "/providers", access.ClassA, access.Provider},
		{"Flagged", "/flags", access.ClassB, access.Flag},
		{"Review", "/review", access.ClassB, access.ReviewItem},
		{"Trends", "/trends", access.ClassA, access.Market},
		{"Contingency", "/contingency", access.ClassB, access.Capacity},
		{"Cases", "/cases", access.ClassB, access.Case},
		{"Rules", "/rules", access.ClassA, access.Rules},
		{"Data", "/data", access.ClassA, access.Source},
		{"Requests", "/requests", access.ClassB, access.InformationRequest},
		{"Audit", "/audit", access.ClassB, access.AuditLog},
		{"Help", "/help", access.ClassA, access.OwnAccount},
	} {
		if n.kind == access.InformationRequest && q.cfg.Requests == nil {
			continue // a machine that only follows answers none
		}
		open := q.cfg.Authorise(q.sub, access.View, access.Resource{Class: n.cls, Kind: n.kind}).Allow
		for i := 0; !open && i < len(q.sub.LocalAuthorities); i++ {
			open = q.cfg.Authorise(q.sub, access.View, access.Resource{Class: n.cls, Kind: n.kind, LocalAuthority: q.sub.LocalAuthorities[i]}).Allow
		}
		if open {
			out = append(out, navItem{n.text, n.link, q.r.URL.Path == n.link || strings.HasPrefix(q.r.URL.Path, n.link+"/")})
		}
	}
	return out
}

// page renders a page whole, marks it for what it shows, records the reading, and only then writes.
func (q *request) page(name, title string, view any, crumbs ...step) error {
	if q.figureAsked() && q.snap != nil {
		return q.figure(view)
	}
	shown, err := q.account(view)
	if err != nil {
		return err
	}
	f := pageFrame{Title: title, Path: q.r.URL.Path, Words: q.cfg.Words, Marking: q.cfg.Words.Markings.For(shown), Crumbs: crumbs, Strip: q.strip(),
		Built: q.s.assets.Built, Charts: hasCharts(name), Address: q.ownAddress()}
	if q.signed {
		f.Nav, f.User, f.Roles, f.Version = q.nav(), q.sub.Name, roleNames(q.sub.Roles), q.cfg.Version
		f.Back = q.back
		f.Idle = int(q.cfg.Idle.Seconds())
		f.Flash = q.sessions.PopString(q.r.Context(), keyFlash)
	}
	if f.Charts {
		all := class.Of(view)
		view = address(view, f.Address, func(fig chart.Figure) bool {
			if fig.Class != class.None {
				return q.mayTake(fig.Class).Allow
			}
			return q.mayTake(all).Allow
		})
	}
	q.s.write(q.w, q.status, name, f, view)
	return nil
}

// roleNames are roles as pages write them.
func roleNames(roles []string) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = strings.ReplaceAll(r, "_", " ")
	}
	return strings.Join(names, ", ")
}

func hasCharts(name string) bool {
	return name == "contingency" || name == "trends" || name == "map" || name == "market" || name == "provider" || name == "location" || name == "flag" || name == "rules_backtest"
}

// write renders into memory first, so that a failing template never leaves half a page.
func (s *Server) write(w http.ResponseWriter, status int, name string, f pageFrame, view any) {
	var b bytes.Buffer
	err := s.templates[name].ExecuteTemplate(&b, "layout.html", map[string]any{"Frame": f, "View": view})
	if err != nil {
		s.cfg.Log.Error("template failed", "template", name, "error", err)
		http.Error(w, "The page can't be shown just now.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// ownAddress is the request's address, ending where a further part of the query can follow.
func (q *request) ownAddress() string {
	v := q.r.URL.Query()
	v.Del("figure")
	v.Del("format")
	if enc := v.Encode(); enc != "" {
		return q.r.URL.EscapedPath() + "?" + enc + "&"
	}
	return q.r.URL.EscapedPath() + "?"
}

// sensitive renders a page that was recorded already and carries the higher marking whatever it found.
func (q *request) sensitive(name, title string, view any, crumbs ...step) error {
	f := pageFrame{Title: title, Path: q.r.URL.Path, Words: q.cfg.Words, Crumbs: crumbs, Strip: q.strip(), Built: q.s.assets.Built,
		Nav: q.nav(), User: q.sub.Name, Roles: roleNames(q.sub.Roles), Version: q.cfg.Version}
	f.Marking.Text, f.Marking.Sensitive = q.cfg.Words.Markings.Sensitive, true
	q.s.write(q.w, http.StatusOK, name, f, view)
	return nil
}
