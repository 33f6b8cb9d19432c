package dashboard

import (
	"context"
	"flag"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/casework/clearance"
	"bellwether/casework/restricted"
	"bellwether/casework/store"
	"bellwether/casework/store/memory"
	"bellwether/casework/store/sqlite"
	"bellwether/dashboard/page"
	"bellwether/internal/access"
)

// hiddenProvider is the provider with the strongest flags: the one whose absence would be noticed first.
const hiddenProvider = "1-9000001"

// cabinet keeps which cases there are.
type cabinet map[string]string

// ProviderOf implements Cases.
func (c cabinet) ProviderOf(_ context.Context, id string) (string, bool, error) {
	p, ok := c[id]
	return p, ok, nil
}

// withBook gives a site a book of restrictions over its own store.
func withBook(t *testing.T, s store.Store, now func() time.Time) *restricted.Book {
	t.Helper()
	b, err := restricted.NewBook(t.Context(), s, now)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var ninth = func() time.Time { return time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC) }

// masks hide what differs between any two requests: references, and nothing else.
var masks = regexp.MustCompile(`(<code>|"reference":")[0-9a-f]{12}`)

var hrefs = regexp.MustCompile(`(?:href|src|data-option-src)="(/[^"#]*)`)

// crawl visits every page that can be reached by links from the table of routes, and gives each answer whole: all of start, and the
// first links beyond it.
func crawl(t *testing.T, st *site, as string, start []string) map[string]string {
	t.Helper()
	const beyond = 15
	seen, queue := map[string]string{}, slices.Clone(start)
	queued := map[string]bool{}
	for _, path := range start {
		queued[path] = true
	}
	for most := len(queued) + beyond; len(queue) > 0; {
		path := queue[0]
		queue = queue[1:]
		if _, done := seen[path]; done {
			continue
		}
		resp, body := st.get(as, path)
		head := []string{}
		for _, name := range []string{"Content-Type", "Content-Disposition", "Location", "ETag", "X-Snapshot", "X-Protective-Marking", "Cache-Control", "Content-Length"} {
			head = append(head, name+"="+resp.Header.Get(name))
		}
		seen[path] = resp.Status + "\n" + strings.Join(head, "\n") + "\n" + masked(body)
		if len(queued) >= most {
			continue // reading links that nobody will follow is a tenth of the crawl
		}
		for _, m := range hrefs.FindAllStringSubmatch(body, -1) {
			if to := strings.ReplaceAll(m[1], "&amp;", "&"); !queued[to] && !strings.HasPrefix(to, "/static/") && len(queued) < most {
				queued[to] = true
				queue = append(queue, to)
			}
		}
	}
	return seen
}

// masked hides references, where there are any.
func masked(body string) string {
	if !strings.Contains(body, "<code>") && !strings.Contains(body, `"reference":"`) {
		return body
	}
	return masks.ReplaceAllString(body, "$1reference")
}

// entrances are every address of the table of routes that takes a GET, with ids that exist, that are hidden and that don't exist.
func entrances() []string {
	var all []string
	for _, rt := range routes() {
		method, path, _ := strings.Cut(rt.Pattern, " ")
		if method != http.MethodGet || strings.HasPrefix(path, "/sign-") || path == "/account" {
			continue
		}
		for _, id := range []string{hiddenProvider, flagConcerns, "none"} {
			all = append(all, strings.NewReplacer("{id}", id, "{$}", "").Replace(path))
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return append(all, "/providers?q=saltmarsh", "/providers?level=2", "/providers?sort=level", "/flags?state=all", "/flags?state=cleared", "/flags?source=safeguarding", "/api/v1/providers?q=saltmarsh", "/api/v1/flags?state=all",
		"/providers.csv?q=saltmarsh", "/emergency?case=case-hidden")
}

// whole asks for the long form of the crawl: every address as everybody.
var whole = flag.Bool("whole", false, "crawl every address as every role, and ask every page all rules of accessibility in every look")

// outsiders are everybody who is not named on the hidden cases of the crawl: every role, and those with an interest or without a role.
func outsiders() []string {
	var all []string
	for as := range people {
		if as != "sal" && as != "member" && as != "lead" {
			all = append(all, as)
		}
	}
	slices.Sort(all)
	return all
}

// hideOne opens a real case from a flag, with everything that leaves traces, and hides it.
func hideOne(t *testing.T, st *site, book *restricted.Book, kind, provider, flag string) (id string) {
	t.Helper()
	path := st.opens("sal", fill("provider_id", provider, "flag_id", flag, "stage", "pre_provider_concern", "reason", "Seventeen concerns, and a manager who has left."))
	id, _, _ = strings.Cut(strings.TrimPrefix(path, "/cases/"), "/")
	st.sends("sal", path+"/roles", entry(map[string]string{"since": today}, "role", "chair", "organisation", "Council", "name", "Ada"), "Recorded")
	if _, body := st.get("chair", "/cases"); !strings.Contains(body, id) {
		t.Fatal("the case isn't seen before it is hidden")
	}
	if _, err := book.Open(t.Context(), restricted.Opening{By: "u-sal", With: "u-member", Kind: kind, CaseID: id, Ground: "the police lead asks"}); err != nil {
		t.Fatal(err)
	}
	return id
}

// TestWhatIsRestrictedDoesNotExist visits every address as every role where four cases are hidden, one of each kind, and again where
// there is none. Whoever isn't named reads the same bytes.
func TestWhatIsRestrictedDoesNotExist(t *testing.T) {
	book := withBook(t, memory.New(), ninth)
	chosen := func(user string) bool { return user == "u-lead" }
	with := newSite(t, county(t), withPeople, func(c *page.Config) { c.Restricted, c.Leads = book, chosen })
	bare := newSite(t, county(t), withPeople, func(c *page.Config) { c.Restricted, c.Leads = withBook(t, memory.New(), ninth), chosen })
	var ids []string
	addresses := append(entrances(), "/cases?q=saltmarsh", "/cases?state=all", "/actions?state=all", "/contingency/clear?provider=1-9000003&miles=any")
	for _, kind := range restricted.Kinds {
		id := hideOne(t, with, book, kind, hiddenProvider, map[bool]string{true: flagConcerns}[kind == access.PoliceRestriction])
		ids = append(ids, id)
		for _, part := range []string{"", "/actions", "/risks", "/meetings/1", "/meetings/1/papers", "/actions.csv"} {
			addresses = append(addresses, "/cases/"+id+part)
		}
		addresses = append(addresses, "/emergency?case="+id, "/cases?q="+id)
	}
	pages, roles, plain := 0, outsiders(), len(entrances())
	for n, as := range roles {
		// Everybody visits every address of the cases; of the others a third each, unless all are asked for, which takes minutes.
		mine := slices.Clone(addresses[plain:])
		for i, a := range addresses[:plain] {
			if *whole || i%3 == n%3 {
				mine = append(mine, a)
			}
		}
		if as == "governance" { // how many there are of each kind is for this role to know, and is looked at below
			mine = slices.DeleteFunc(mine, func(a string) bool { return a == "/restrictions" })
		}
		a, b := crawl(t, with, as, mine), crawl(t, bare, as, mine)
		if as == "governance" {
			delete(a, "/restrictions")
			delete(b, "/restrictions")
		}
		for path, answer := range b {
			if a[path] != answer {
				t.Errorf("%s as %s differs:\n%s", path, as, firstDifference(a[path], answer))
			}
		}
		for path := range a {
			if _, ok := b[path]; !ok {
				t.Errorf("%s as %s is reached only where something is hidden", path, as)
			}
		}
		pages += len(a)
	}
	// The control: somebody who is named reads something else, and the counts are for those who may know them.
	for _, id := range ids {
		if resp, _ := with.get("member", "/cases/"+id); resp.StatusCode != 200 {
			t.Errorf("the one who is named: %d", resp.StatusCode)
		}
		if _, body := with.get("member", "/restrictions"); !strings.Contains(body, id) {
			t.Error("the one who is named sees nothing either")
		}
		if _, body := with.get("governance", "/restrictions"); !strings.Contains(body, "In force") || strings.Contains(body, id) || strings.Contains(body, hiddenProvider) {
			t.Error("the counts tell too much, or nothing")
		}
	}
	if got := with.server.Config.Casework; got == bare.server.Config.Casework {
		t.Fatal("the two sites share their cases")
	}
	t.Logf("%d answers compared, as %d people of every role, with %d hidden cases of %d kinds", pages, len(roles), len(ids), len(restricted.Kinds))
	if pages < 800 {
		t.Errorf("only %d answers were compared", pages)
	}
}

var onTheList = regexp.MustCompile(`data-row><th scope="row"><a href="/providers/([^"]+)"`)

// TestAHiddenCaseNeverMakesAHomeLookSafe: a list of destinations that somebody cleared who doesn't know of a hidden case about a home on
// it stays provisional, in the very words that anybody else reads.
func TestAHiddenCaseNeverMakesAHomeLookSafe(t *testing.T) {
	const clear = "/contingency/clear?provider=1-9000003&miles=any"
	ask := func(hide, chosen bool, names ...string) *site {
		var st *site
		book := withBook(t, memory.New(), ninth)
		st = newSite(t, county(t), withPeople, func(c *page.Config) {
			c.Restricted, c.Clearances = book, clearance.New(memory.New(), func() time.Time { return st.now })
			if chosen {
				c.Leads = func(user string) bool { return slices.Contains(names, user) }
			}
		})
		if hide {
			_, page := st.get("lead", clear)
			hideOne(t, st, book, access.PoliceRestriction, onTheList.FindStringSubmatch(page)[1], "")
		}
		return st
	}
	try := func(st *site, as string) (*http.Response, string) {
		_, page := st.get(as, clear)
		m := listField.FindStringSubmatch(page)
		if m == nil {
			return nil, page
		}
		resp, _ := st.send(as, http.MethodPost, clear, url.Values{"list": {m[1]}, "homes": {m[2]}}, nil)
		return resp, page
	}
	provisional := func(st *site) bool {
		_, body := st.get("chair", oneStops)
		return strings.Contains(body, "Provisional.")
	}
	// Nobody hides anything: any lead clears.
	st := ask(false, false)
	if resp, _ := try(st, "lead"); resp == nil || resp.StatusCode != 303 || provisional(st) {
		t.Fatal("a list without a hidden case can't be cleared: the rest would prove nothing")
	}
	// A case about a home on the list is hidden afterwards: the list is provisional again, for everybody.
	_, page := st.get("lead", clear)
	hideOne(t, st, st.server.Config.Restricted, access.CourtRestriction, onTheList.FindStringSubmatch(page)[1], "")
	if !provisional(st) {
		t.Error("a list stays cleared over a case that was hidden since")
	}
	// Hidden from the one who clears: refused, and the list stays provisional.
	st = ask(true, false)
	if resp, page := try(st, "lead"); resp == nil || resp.StatusCode != 403 || !strings.Contains(page, "needs a lead with a wider view") || !provisional(st) {
		t.Error("a lead clears over what they can't see")
	}
	// Known to the one who clears.
	if resp, _ := try(st, "sal"); resp == nil || resp.StatusCode != 303 || provisional(st) {
		t.Error("a lead who is named can't clear the list")
	}
	// Where leads were chosen, everybody else reads the same with and without a hidden case.
	with := ask(true, true, "u-sal")
	bare := ask(false, true, "u-sal")
	for _, as := range []string{"lead", "sandy"} {
		_, a := with.get(as, clear)
		_, b := bare.get(as, clear)
		if masks.ReplaceAllString(a, "") != masks.ReplaceAllString(b, "") || !strings.Contains(a, "needs a lead with a wider view") {
			t.Errorf("%s can tell from the list that something is hidden", as)
		}
	}
}

func firstDifference(a, b string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			from := max(0, i-200)
			return "with:    …" + a[from:min(len(a), i+200)] + "\nwithout: …" + b[from:min(len(b), i+200)]
		}
	}
	return "one is the start of the other"
}

func TestAStoreThatCantBeReadShowsNothing(t *testing.T) {
	s := memory.New()
	st := newSite(t, county(t), func(c *page.Config) { c.Restricted = withBook(t, s, ninth) })
	st.as("chair")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if resp, body := st.get("chair", "/flags"); resp.StatusCode != 500 || strings.Contains(body, "Saltmarsh") {
		t.Errorf("%d", resp.StatusCode)
	}
}

// newHidingSite is a site over real accounts and a book in the same casework file.
func newHidingSite(t *testing.T) (*site, books, *restricted.Book) {
	t.Helper()
	var st *site
	now := func() time.Time {
		if st == nil {
			return ninth()
		}
		return st.now
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hidden.db"), sqlite.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	book := withBook(t, db, now)
	st, b := newBookSite(t, func(c *page.Config) {
		bk := c.Accounts.(books)
		bk.glass = book
		c.Accounts, c.Restricted, c.Cases = bk, book, cabinet{"case-1": "1-9000002", "case-police": hiddenProvider}
	})
	return st, b, book
}

func TestRestrictingThroughThePages(t *testing.T) {
	st, b, book := newHidingSite(t)
	for _, who := range []string{"chair", "member", "everywhere", "governance"} {
		st.enter(who, who)
	}
	form := url.Values{"kind": {access.ComplicitRestriction}, "case": {"case-1"}, "with": {"member"}, "ground": {"the manager is part of it"}}
	if resp, _ := st.send("everywhere", http.MethodPost, "/restrictions", form, nil); resp.StatusCode != 403 {
		t.Errorf("a commissioner restricts: %d", resp.StatusCode)
	}
	for field, says := range map[string]string{"kind": "Choose why", "case": "Name the case", "with": "Name a second person", "ground": "Give a reason"} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Del(field)
		if resp, body := st.send("chair", http.MethodPost, "/restrictions", bad, nil); resp.StatusCode != 422 || !strings.Contains(body, says) {
			t.Errorf("without %s: %d", field, resp.StatusCode)
		}
	}
	st.audit.take()
	if resp, body := st.send("chair", http.MethodPost, "/restrictions", form, nil); resp.StatusCode != 303 {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	if log := st.audit.take(); len(log) != 1 || log[0].Action != "restrict" || !log[0].Restricted || log[0].ID != "case-1" {
		t.Errorf("recorded as %+v", log)
	}
	chair, err := b.local.ByUsername(t.Context(), "chair")
	if err != nil {
		t.Fatal(err)
	}
	id := book.Known(chair.ID)[0].ID
	if _, body := st.get("member", "/restrictions"); !strings.Contains(body, "the manager is part of it") || !strings.Contains(body, "OFFICIAL-SENSITIVE") {
		t.Error("the second person isn't told")
	}
	if _, body := st.get("everywhere", "/restrictions"); strings.Contains(body, id) || !strings.Contains(body, "You are named on none") {
		t.Error("a stranger is told")
	}
	step := func(as string, v url.Values) (int, string) {
		resp, body := st.send(as, http.MethodPost, "/restrictions/"+id, v, nil)
		return resp.StatusCode, body
	}
	if code, _ := step("everywhere", url.Values{"step": {"confirm"}}); code != 404 {
		t.Errorf("a stranger's step: %d", code)
	}
	if resp, _ := st.send("everywhere", http.MethodPost, "/restrictions/0123456789abcdef", url.Values{"step": {"confirm"}}, nil); resp.StatusCode != 404 {
		t.Errorf("an absent one: %d", resp.StatusCode)
	}
	if again, _ := st.send("chair", http.MethodPost, "/restrictions", url.Values{"kind": {access.CourtRestriction}, "case": {"case-absent"}, "with": {"member"}, "ground": {"an order of the court"}}, nil); again.StatusCode != 404 {
		t.Errorf("a case that isn't there is hidden: %d", again.StatusCode)
	}
	if code, _ := step("chair", url.Values{"step": {"propose"}, "user": {"everywhere"}, "reason": {"must plan for it"}}); code != 303 {
		t.Errorf("propose: %d", code)
	}
	if code, body := step("chair", url.Values{"step": {"confirm"}}); code != 422 || !strings.Contains(body, "second person") {
		t.Errorf("confirmed alone: %d", code)
	}
	if code, _ := step("member", url.Values{"step": {"confirm"}}); code != 303 {
		t.Errorf("confirm: %d", code)
	}
	if _, body := st.get("everywhere", "/restrictions"); !strings.Contains(body, "case-1") {
		t.Error("who was let in sees nothing")
	}
	st.now = st.now.Add(11 * time.Minute)
	if code, body := step("chair", url.Values{"step": {"review"}, "reason": {"still needed"}}); code != 403 || !strings.Contains(body, "Confirm that it is you") {
		t.Errorf("without a fresh proof: %d", code)
	}
}

func TestEmergencyAccessThroughThePages(t *testing.T) {
	st, b, book := newHidingSite(t)
	if err := grantOfficer(t, b); err != nil {
		t.Fatal(err)
	}
	st.enter("leo", "leo")
	st.enter("governance", "governance")
	st.enter("chair", "chair")
	if _, err := book.Open(t.Context(), restricted.Opening{By: "someone", With: "another", Kind: access.PoliceRestriction, CaseID: "case-police", Ground: "the police lead asks"}); err != nil {
		t.Fatal(err)
	}
	if resp, _ := st.get("chair", "/emergency"); resp.StatusCode != 403 {
		t.Errorf("the chair: %d", resp.StatusCode)
	}
	form := url.Values{"case": {"case-1"}, "cause": {"immediate_harm"}, "reason": {"a resident was moved tonight"}}
	take := func(as string, change map[string]string) (*http.Response, string) {
		v := url.Values{}
		for k := range form {
			v.Set(k, form.Get(k))
		}
		for k, s := range change {
			v.Set(k, s)
		}
		return st.send(as, http.MethodPost, "/emergency", v, nil)
	}
	if resp, _ := take("chair", nil); resp.StatusCode != 403 {
		t.Errorf("the chair takes it: %d", resp.StatusCode)
	}
	_, police := take("leo", map[string]string{"case": "case-police"})
	_, absent := take("leo", map[string]string{"case": "case-absent"})
	if strings.ReplaceAll(police, "case-police", "x") != strings.ReplaceAll(absent, "case-absent", "x") || !strings.Contains(police, "no case under this reference") {
		t.Error("a police case can be told from an absent one")
	}
	for name, change := range map[string]map[string]string{"no cause": {"cause": ""}, "a made-up cause": {"cause": "curious"}, "no reason": {"reason": "x"}} {
		if resp, _ := take("leo", change); resp.StatusCode != 422 {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
	}
	st.audit.take()
	if resp, body := take("leo", nil); resp.StatusCode != 303 {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	log := st.audit.take()
	if len(log) != 1 || log[0].Action != "break_glass" || log[0].Purpose != "immediate_harm" || log[0].ID != "case-1" || !log[0].Allowed {
		t.Errorf("recorded as %+v", log)
	}
	if _, body := st.get("leo", "/emergency"); !strings.Contains(body, "case-1 is open to you until 1 Oct 2026, 11:00") && !strings.Contains(body, "case-1 is open to you until") {
		t.Error("the hour isn't shown")
	}
	if _, body := st.get("governance", "/emergency"); !strings.Contains(body, "1 to review") || !strings.Contains(body, "a resident was moved tonight") || strings.Contains(body, "Saltmarsh") {
		t.Error("the privacy officer isn't told, or is told what the case holds")
	}
	id := book.Uses()[0].ID
	if resp, _ := st.send("leo", http.MethodPost, "/emergency/"+id+"/review", url.Values{"justified": {"yes"}, "finding": {"I had to"}}, nil); resp.StatusCode != 403 {
		t.Errorf("reviewed by its holder: %d", resp.StatusCode)
	}
	st.audit.take()
	if resp, _ := st.send("governance", http.MethodPost, "/emergency/"+id+"/review", url.Values{"justified": {"yes"}, "finding": {"the on-call rota was empty"}}, nil); resp.StatusCode != 303 {
		t.Errorf("review: %d", resp.StatusCode)
	}
	if log := st.audit.take(); len(log) != 1 || log[0].Action != "review" || log[0].Kind != "break_glass" {
		t.Errorf("the review is recorded as %+v", log)
	}
	leo, err := b.local.ByUsername(t.Context(), "leo")
	if err != nil {
		t.Fatal(err)
	}
	st.send("leo", http.MethodPost, "/sign-out", url.Values{}, nil)
	if got := book.Broken(leo.ID); len(got) != 0 {
		t.Errorf("after sign-out %v is open", got)
	}
	st.enter("leo", "leo")
	st.now = st.now.Add(11 * time.Minute)
	if resp, body := take("leo", nil); resp.StatusCode != 403 || !strings.Contains(body, "Confirm that it is you") {
		t.Errorf("without a fresh proof: %d", resp.StatusCode)
	}
}
