package dashboard

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func paramsOf(query string) *params {
	r := httptest.NewRequest("GET", "/providers", nil)
	r.URL.RawQuery = query
	return (&request{r: r}).params()
}

func TestParams(t *testing.T) {
	p := paramsOf("q=%20a%00b%0d&level=2&level=2&level=9&level=&sort=rude&from=2026-02-30&to=2026-02-28&page=3&x=%zz")
	if got := p.text("q", 10); got != "ab" {
		t.Errorf("text %q", got)
	}
	if got := p.several("level", "1", "2"); !slices.Equal(got, []string{"2"}) {
		t.Errorf("levels %v", got)
	}
	if p.one("sort", "level", "name") != "level" || p.date("from") != "" || p.date("to") != "2026-02-28" || p.page() != 3 {
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
		if n := len([]rune(p.text("q", 7))); n > 7 {
			t.Fatalf("%d characters", n)
		}
		if p.page() < 1 || !slices.Contains([]string{"a", "b"}, p.one("sort", "a", "b")) || len(p.several("level", "1")) > 1 {
			t.Fatal("a value outside what is allowed")
		}
		_ = p.date("from")
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
