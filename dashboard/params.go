package dashboard

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"bellwether/dashboard/words"
)

// params reads an address's query. What can't be understood is left out and said, never guessed.
type params struct {
	values  url.Values
	Ignored []string
}

// params reads the address of the request.
func (q *request) params() *params {
	// A part that can't be unescaped is dropped by ParseQuery; the rest stands.
	v, err := url.ParseQuery(q.r.URL.RawQuery)
	p := &params{values: v}
	if err != nil {
		p.Ignored = append(p.Ignored, "part of the address could not be read")
	}
	return p
}

// text gives a free text of at most n characters, without control characters.
func (p *params) text(name string, n int) string {
	s := strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, p.values.Get(name)))
	if runes := []rune(s); len(runes) > n {
		p.Ignored = append(p.Ignored, name+": only its first "+strconv.Itoa(n)+" characters are used")
		s = string(runes[:n])
	}
	return s
}

// one gives a value from a list of allowed ones; the first is the default where the list doesn't start with an empty one.
func (p *params) one(name string, allowed ...string) string {
	v := p.values.Get(name)
	if v == "" {
		return allowed[0]
	}
	if slices.Contains(allowed, v) {
		return v
	}
	p.ignore(name, v)
	return allowed[0]
}

// several gives the values that are allowed, without repeats.
func (p *params) several(name string, allowed ...string) []string {
	var out []string
	for _, v := range p.values[name] {
		switch {
		case v == "":
		case !slices.Contains(allowed, v):
			p.ignore(name, v)
		case !slices.Contains(out, v):
			out = append(out, v)
		}
	}
	return out
}

// date gives an ISO date or nothing.
func (p *params) date(name string) string {
	v := p.values.Get(name)
	if v == "" {
		return ""
	}
	t, err := time.Parse(time.DateOnly, v)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		p.ignore(name, v)
		return ""
	}
	return v
}

// page gives a page number from 1.
func (p *params) page() int {
	v := p.values.Get("page")
	if v == "" {
		return 1
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > 100000 {
		p.ignore("page", v)
		return 1
	}
	return n
}

// ignore says to the reader that a value was left out.
func (p *params) ignore(name, value string) {
	if len(p.Ignored) < 8 {
		p.Ignored = append(p.Ignored, name+" “"+words.Clip(value, 40)+"” isn't known here")
	}
}

// paging makes the links of a list; path and query are those of the request, with the page replaced.
func (q *request) paging(total int64, page, size, shown int, noun string) pager {
	pg := pager{Page: page, Pages: int((total + int64(size) - 1) / int64(size)), Total: total, Noun: noun}
	if shown > 0 {
		pg.From, pg.To = (page-1)*size+1, (page-1)*size+shown
	}
	at := func(n int) string {
		v := q.r.URL.Query()
		v.Set("page", strconv.Itoa(n))
		return q.r.URL.Path + "?" + v.Encode()
	}
	if page > 1 {
		pg.Prev = at(min(page-1, max(1, pg.Pages)))
	}
	if page < pg.Pages {
		pg.Next = at(page + 1)
	}
	return pg
}

// without is the request's address with one value of a filter taken away: what a chip's cross leads to.
func (q *request) without(name, value string) string {
	v := q.r.URL.Query()
	kept := v[name][:0:0]
	for _, x := range v[name] {
		if x != value {
			kept = append(kept, x)
		}
	}
	v[name] = kept
	v.Del("page")
	if enc := v.Encode(); enc != "" {
		return q.r.URL.Path + "?" + enc
	}
	return q.r.URL.Path
}

// pageSize is how many rows a page of a list holds.
const pageSize = 50
