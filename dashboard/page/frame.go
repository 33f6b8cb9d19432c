package page

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
	Crumbs  []Step
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

func (q *Request) strip() *strip {
	if q.Snapshot == nil || q.Frame.Empty {
		return nil
	}
	st := &strip{AsOf: q.Frame.Run.AsOf, Snapshot: q.Snapshot.ID, Short: ShortID(q.Snapshot.ID), Rules: q.Frame.Run.RuleSet + "@" + clipID(q.Frame.Run.RuleSetHash), Unmatched: q.Frame.UnmatchedIn(), Run: q.Frame.Run.ID}
	st.MayData = q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassA, Kind: access.Source}).Allow
	st.MayRules = q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassA, Kind: access.Rules}).Allow
	fresh := 0
	for _, src := range q.Frame.Sources {
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
	st.Fresh = fmt.Sprintf("%d of %s fresh", fresh, words.Plural(len(q.Frame.Sources), "source"))
	return st
}

// ShortID shortens a snapshot's id to the start of its content hash.
func ShortID(id string) string {
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

// Opens says whether a page of the navigation is the reader's.
func (q *Request) Opens(page string) bool {
	return slices.ContainsFunc(q.nav(), func(n navItem) bool { return n.Link == page })
}

// nav lists the pages that the reader's roles open.
func (q *Request) nav() []navItem {
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
		if n.kind == access.InformationRequest && q.Config.Requests == nil {
			continue // a machine that only follows answers none
		}
		open := q.Config.Authorise(q.Subject, access.View, access.Resource{Class: n.cls, Kind: n.kind}).Allow
		for i := 0; !open && i < len(q.Subject.LocalAuthorities); i++ {
			open = q.Config.Authorise(q.Subject, access.View, access.Resource{Class: n.cls, Kind: n.kind, LocalAuthority: q.Subject.LocalAuthorities[i]}).Allow
		}
		if open {
			out = append(out, navItem{n.text, n.link, q.R.URL.Path == n.link || strings.HasPrefix(q.R.URL.Path, n.link+"/")})
		}
	}
	return out
}

// Page renders a page whole, marks it for what it shows, records the reading, and only then writes.
func (q *Request) Page(name, title string, view any, crumbs ...Step) error {
	if q.unseen && q.Server.ahead.rendered(name) {
		return nil
	}
	if q.figureAsked() && q.Snapshot != nil {
		return q.figure(view)
	}
	shown, err := q.account(view)
	if err != nil {
		return err
	}
	f := pageFrame{Title: title, Path: q.R.URL.Path, Words: q.Config.Words, Marking: q.Config.Words.Markings.For(shown), Crumbs: crumbs, Strip: q.strip(),
		Built: q.Server.Assets.Built, Charts: hasCharts(name), Address: q.ownAddress()}
	if q.Signed {
		f.Nav, f.User, f.Roles, f.Version = q.nav(), q.Subject.Name, RoleNames(q.Subject.Roles), q.Config.Version
		f.Back = q.Back
		f.Idle = int(q.Config.Idle.Seconds())
		f.Flash = q.Sessions.PopString(q.R.Context(), keyFlash)
	}
	if f.Charts {
		all := class.Of(view)
		view = address(view, f.Address, func(fig chart.Figure) bool {
			if fig.Class != class.None {
				return q.MayTake(fig.Class).Allow
			}
			return q.MayTake(all).Allow
		})
	}
	q.Server.write(q.W, q.Status, name, f, view)
	return nil
}

// RoleNames are roles as pages write them.
func RoleNames(roles []string) string {
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
		s.Config.Log.Error("template failed", "template", name, "error", err)
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
func (q *Request) ownAddress() string {
	v := q.R.URL.Query()
	v.Del("figure")
	v.Del("format")
	if enc := v.Encode(); enc != "" {
		return q.R.URL.EscapedPath() + "?" + enc + "&"
	}
	return q.R.URL.EscapedPath() + "?"
}

// Sensitive renders a page that was recorded already and carries the higher marking whatever it found.
func (q *Request) Sensitive(name, title string, view any, crumbs ...Step) error {
	f := pageFrame{Title: title, Path: q.R.URL.Path, Words: q.Config.Words, Crumbs: crumbs, Strip: q.strip(), Built: q.Server.Assets.Built,
		Nav: q.nav(), User: q.Subject.Name, Roles: RoleNames(q.Subject.Roles), Version: q.Config.Version}
	f.Marking.Text, f.Marking.Sensitive = q.Config.Words.Markings.Sensitive, true
	q.Server.write(q.W, http.StatusOK, name, f, view)
	return nil
}
