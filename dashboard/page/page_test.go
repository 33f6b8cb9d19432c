package page

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bellwether/casework/accounts"
	"bellwether/dashboard/chart"
)

func paramsOf(query string) *Params {
	r := httptest.NewRequest("GET", "/providers", nil)
	r.URL.RawQuery = query
	return (&Request{R: r}).Params()
}

func TestParams(t *testing.T) {
	p := paramsOf("q=%20a%00b%0d&level=2&level=2&level=9&level=&sort=rude&from=2026-02-30&to=2026-02-28&page=3&x=%zz")
	if got := p.Text("q", 10); got != "ab" {
		t.Errorf("text %q", got)
	}
	if got := p.Several("level", "1", "2"); !slices.Equal(got, []string{"2"}) {
		t.Errorf("levels %v", got)
	}
	if p.One("sort", "level", "name") != "level" || p.Date("from") != "" || p.Date("to") != "2026-02-28" || p.Page() != 3 {
		t.Error("values")
	}
	all := strings.Join(p.Ignored, "; ")
	for _, want := range []string{"could not be read", "level “9”", "sort “rude”", "from “2026-02-30”"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q isn't said in %q", want, all)
		}
	}
}

func TestParamsSurviveAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := paramsOf(rapid.String().Draw(t, "query"))
		if n := len([]rune(p.Text("q", 7))); n > 7 {
			t.Fatalf("%d characters", n)
		}
		if p.Page() < 1 || !slices.Contains([]string{"a", "b"}, p.One("sort", "a", "b")) || len(p.Several("level", "1")) > 1 {
			t.Fatal("a value outside what is allowed")
		}
		_ = p.Date("from")
		if len(p.Ignored) > 10 {
			t.Fatalf("%d notes", len(p.Ignored))
		}
	})
}

func TestDefuse(t *testing.T) {
	for in, want := range map[string]string{"": "", "=1+1": "'=1+1", "+44 20": "'+44 20", "-12.5": "-12.5", "@a": "'@a", "plain": "plain", "-": "'-", "\tx": "'\tx", "2026-10-01": "2026-10-01"} {
		if got := defuse(in); got != want {
			t.Errorf("defuse(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSafeNext(t *testing.T) {
	for in, want := range map[string]string{
		"": "/market", "/flags": "/flags", "/flags?state=all&x=1": "/flags?state=all&x=1", "//evil.example": "/market", "/\\evil.example": "/market", "https://evil.example/": "/market",
		"javascript:alert(1)": "/market", "/a\nb": "/market", "/sign-in?next=/sign-in": "/market", "/%2f/evil.example": "/market", "/" + strings.Repeat("a", 600): "/market", "flags": "/market", "/sign-out": "/market",
	} {
		if got := SafeNext(in); got != want {
			t.Errorf("safeNext(%.40q) = %q, want %q", in, got, want)
		}
	}
}

func TestCallersAreForgotten(t *testing.T) {
	var many throttle
	for i := range maxCallers + 10 {
		many.allow(strings.Repeat("x", i%7)+string(rune(i)), time.Unix(0, 0), 1, 1)
	}
	if len(many.callers) > maxCallers {
		t.Errorf("%d callers are remembered", len(many.callers))
	}
}

func TestFormulasLeaveAsText(t *testing.T) {
	for in, want := range map[string]string{"=1+1": "'=1+1", "+1": "+1", "-3.5": "-3.5", "+cmd": "'+cmd", "-cmd": "'-cmd", "@SUM": "'@SUM", "\tx": "'\tx", "\rx": "'\rx", "＝1": "'＝1", "＠x": "'＠x", "plain": "plain", "": "", "*": "*", "1-9000001": "1-9000001"} {
		if got := defuse(in); got != want {
			t.Errorf("defuse(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAFileIsWholeOrRefused(t *testing.T) {
	if err := WholeList(MaxExport); err != nil {
		t.Errorf("a list that fits: %v", err)
	}
	if err := WholeList(MaxExport + 1); err == nil || !strings.Contains(err.Error(), "25,001 rows") || !strings.Contains(err.Error(), "Narrow it") {
		t.Errorf("one row too many: %v", err)
	}
}

func TestShelf(t *testing.T) {
	var s Shelf
	now := time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	for range shelfSize {
		if _, err := s.Put(Paper{User: "u"}, now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Put(Paper{User: "u"}, now); err == nil {
		t.Error("the shelf has no end")
	}
	id, err := s.Put(Paper{User: "u"}, now.Add(shelfTime+time.Second))
	if err != nil {
		t.Fatalf("what has expired still takes room: %v", err)
	}
	if _, ok := s.Take(id, "v", now); ok {
		t.Error("given to somebody else")
	}
}

func TestFormDates(t *testing.T) {
	for _, tc := range []struct {
		day, month, year, want string
		wrong                  bool
	}{
		{"14", "3", "2026", "2026-03-14", false}, {"14", "Mar", "2026", "2026-03-14", false}, {"14", "march", "2026", "2026-03-14", false}, {"1", "sept", "2026", "2026-09-01", false},
		{"", "", "", "", false}, {"31", "2", "2026", "", true}, {"29", "2", "2027", "", true}, {"0", "1", "2026", "", true}, {"1", "13", "2026", "", true},
		{"x", "1", "2026", "", true}, {"1", "ma", "2026", "", true}, {"1", "1", "26", "2026-01-01", false}, {"14 March 2026", "", "", "2026-03-14", false}, {"14/3/26", "", "", "2026-03-14", false}, {"1", "1", "", "", true},
	} {
		f := Draft("d-day", tc.day, "d-month", tc.month, "d-year", tc.year)
		at := f.Day("d")
		got := ""
		if !at.IsZero() {
			got = at.Format(time.DateOnly)
		}
		if got != tc.want || (len(f.Errors) > 0) != tc.wrong {
			t.Errorf("%+v: %q, errors %v", tc, got, f.Errors)
		}
	}
	f := Draft("t", " a\x00b\nc\x07 ")
	if got := f.Get("t"); got != "ab\nc" {
		t.Errorf("text %q", got)
	}
	var none *Form
	if none.Get("x") != "" || none.Error("x") != "" || none.Has("x", "") {
		t.Error("no form is not an empty one")
	}
}

func TestSessionsBelongToAccounts(t *testing.T) {
	if keyUser != accounts.UserKey {
		t.Errorf("the session names its account under %q, the store looks under %q", keyUser, accounts.UserKey)
	}
}

func TestAddressReachesEveryFigureAndNotTheOriginal(t *testing.T) {
	type view struct {
		One  chart.Figure
		Many []chart.Figure
	}
	v := view{One: chart.Figure{ID: "a"}, Many: []chart.Figure{{ID: "b"}}}
	got, _ := address(v, "/x?", func(f chart.Figure) bool { return f.ID == "b" }).(view)
	if got.One.Page != "/x?" || got.Many[0].Page != "/x?" || v.One.Page != "" || got.One.Takeaway || !got.Many[0].Takeaway {
		t.Errorf("%+v from %+v", got, v)
	}
	if f, ok := figureIn(v, "b"); !ok || f.ID != "b" {
		t.Error("a figure in a list isn't found")
	}
	if _, ok := figureIn(v, ""); ok {
		t.Error("a figure without a name is found")
	}
}

func TestAShareThatIsMissing(t *testing.T) {
	if got := shareOf(nil); got != "not known" {
		t.Errorf("a share that nobody told reads %q", got)
	}
}
