package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"bellwether/dashboard/words"
)

// Params reads an address's query. What can't be understood is left out and said, never guessed.
type Params struct {
	Values  url.Values
	Ignored []string
}

// Params reads the address of the request.
func (q *Request) Params() *Params {
	// A part that can't be unescaped is dropped by ParseQuery; the rest stands.
	v, err := url.ParseQuery(q.R.URL.RawQuery)
	p := &Params{Values: v}
	if err != nil {
		p.Ignored = append(p.Ignored, "part of the address could not be read")
	}
	return p
}

// Text gives a free text of at most n characters, without control characters.
func (p *Params) Text(name string, n int) string {
	s := strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, p.Values.Get(name)))
	if runes := []rune(s); len(runes) > n {
		p.Ignored = append(p.Ignored, name+": only its first "+strconv.Itoa(n)+" characters are used")
		s = string(runes[:n])
	}
	return s
}

// One gives a value from a list of allowed ones; the first is the default where the list doesn't start with an empty one.
func (p *Params) One(name string, allowed ...string) string {
	v := p.Values.Get(name)
	if v == "" {
		return allowed[0]
	}
	if slices.Contains(allowed, v) {
		return v
	}
	p.Ignore(name, v)
	return allowed[0]
}

// Several gives the values that are allowed, without repeats.
func (p *Params) Several(name string, allowed ...string) []string {
	var out []string
	for _, v := range p.Values[name] {
		switch {
		case v == "":
		case !slices.Contains(allowed, v):
			p.Ignore(name, v)
		case !slices.Contains(out, v):
			out = append(out, v)
		}
	}
	return out
}

// Date gives an ISO date or nothing.
func (p *Params) Date(name string) string {
	v := p.Values.Get(name)
	if v == "" {
		return ""
	}
	t, err := time.Parse(time.DateOnly, v)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		p.Ignore(name, v)
		return ""
	}
	return v
}

// Page gives a page number from 1.
func (p *Params) Page() int {
	v := p.Values.Get("page")
	if v == "" {
		return 1
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > 100000 {
		p.Ignore("page", v)
		return 1
	}
	return n
}

// Ignore says to the reader that a value was left out.
func (p *Params) Ignore(name, value string) {
	if len(p.Ignored) < 8 {
		p.Ignored = append(p.Ignored, name+" “"+words.Clip(value, 40)+"” isn't known here")
	}
}

// Paging makes the links of a list; path and query are those of the request, with the page replaced.
func (q *Request) Paging(total int64, page, size, shown int, noun string) Pager {
	pg := Pager{Page: page, Pages: int((total + int64(size) - 1) / int64(size)), Total: total, Noun: noun}
	if shown > 0 {
		pg.From, pg.To = (page-1)*size+1, (page-1)*size+shown
	}
	at := func(n int) string {
		v := q.R.URL.Query()
		v.Set("page", strconv.Itoa(n))
		return q.R.URL.Path + "?" + v.Encode()
	}
	if page > 1 {
		pg.Prev = at(min(page-1, max(1, pg.Pages)))
	}
	if page < pg.Pages {
		pg.Next = at(page + 1)
	}
	return pg
}

// Without is the request's address with one value of a filter taken away: what a chip's cross leads to.
func (q *Request) Without(name, value string) string {
	v := q.R.URL.Query()
	kept := v[name][:0:0]
	for _, x := range v[name] {
		if x != value {
			kept = append(kept, x)
		}
	}
	v[name] = kept
	v.Del("page")
	if enc := v.Encode(); enc != "" {
		return q.R.URL.Path + "?" + enc
	}
	return q.R.URL.Path
}

// Size is how many rows a page of a list holds.
const Size = 50
