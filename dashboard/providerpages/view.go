package providerpages

import (
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"bellwether/casework/personal"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// column is one column of the list of providers that can be chosen.
type column struct {
	ID, Text string
	On       bool
}

// providerColumns are the columns in their order; those shown without a choice come with On.
var providerColumns = []column{{"level", "Level", true}, {"weeks", "Last 52 weeks", true}, {"concerns", "Concerns, 12 weeks", true}, {"rating", "Lowest rating", true}, {"locations", "Locations", true},
	{"beds", "Beds", true}, {"area", "Area", true}, {"flags", "Flags waiting", false}, {"moved", "Last move", false}, {"people", "People on lists", false}, {"taken", "Beds taken", false}, {"brand", "Brand", false}, {"services", "Services", false}}

// columnsOf reads which columns are asked for; chosen is false where none is.
func columnsOf(p *page.Params) (cols []column, chosen bool) {
	var ids []string
	for _, c := range providerColumns {
		ids = append(ids, c.ID)
	}
	asked := p.Several("col", ids...)
	cols = slices.Clone(providerColumns)
	if len(asked) == 0 {
		return cols, false
	}
	for i := range cols {
		cols[i].On = slices.Contains(asked, cols[i].ID)
	}
	return cols, true
}

// Col says whether a column is shown.
func (v providersView) Col(id string) bool {
	return slices.ContainsFunc(v.Columns, func(c column) bool { return c.ID == id && c.On })
}

// chosenColumns gives the download just the columns that the page shows.
func chosenColumns(q *page.Request, cols []column, list []read.ProviderRow) (head []string, out [][]string) {
	head = []string{"provider_id", "name"}
	var on []string
	for _, c := range cols {
		// A line of small bars is a picture; its counts are each provider's own download.
		if c.On && c.ID != "weeks" {
			head, on = append(head, c.ID), append(on, c.ID)
		}
	}
	for _, r := range list {
		row := []string{r.ID, r.Name}
		for _, id := range on {
			row = append(row, columnText(q, id, r))
		}
		out = append(out, row)
	}
	return head, out
}

func columnText(q *page.Request, id string, r read.ProviderRow) string {
	switch id {
	case "rating":
		return r.Rating
	case "locations":
		return page.Plain(&r.Locations)
	case "beds":
		return page.Plain(r.Beds)
	case "area":
		return r.Areas
	case "brand":
		return r.BrandName
	case "services":
		return r.Kinds
	}
	if !r.Visible {
		return ""
	}
	switch id {
	case "level":
		return q.Config.Words.Levels[min(max(r.Level, 0), 3)]
	case "concerns":
		return page.Plain(&r.Concerns12w)
	case "flags":
		return page.Plain(&r.FlagsWaiting)
	case "moved":
		return page.ISO(r.MovedOn)
	case "people":
		return page.Plain(r.People)
	case "taken":
		return page.PlainFloat(r.Taken)
	}
	return ""
}

// listQuery is what a list asks, as an address can keep it: nothing that only pages through it.
func listQuery(v url.Values) string {
	kept := url.Values{}
	for _, name := range []string{"q", "level", "area", "kind", "brand", "rating", "moved", "status", "sort", "col"} {
		for _, value := range v[name] {
			if value != "" {
				kept.Add(name, value)
			}
		}
	}
	return kept.Encode()
}

// Suggest answers what has been typed so far with the providers that fit it, as JSON for the search box.
func Suggest(q *page.Request) error {
	type row struct {
		Name string `json:"name"`
		More string `json:"more"`
		Link string `json:"link"`
	}
	out := []row{}
	if typed := q.Params().Text("q", 60); len([]rune(typed)) >= 2 {
		list, err := q.Snapshot.Suggest(q.R.Context(), typed)
		if err != nil {
			return err
		}
		for _, s := range list {
			more := s.Area
			if s.Via != "" {
				more += map[bool]string{true: " · "}[more != ""] + s.Via
			}
			if s.Status == "Deregistered" {
				more += map[bool]string{true: " · "}[more != ""] + "left the register"
			}
			out = append(out, row{words.Clip(s.Name, 80), words.Clip(more, 90), link.Provider(s.ID)})
		}
	}
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	q.W.Header().Set("Content-Type", "application/json; charset=utf-8")
	q.W.WriteHeader(http.StatusOK)
	_, _ = q.W.Write(body)
	return nil
}

// viewWords say what is wrong with a list that can't be kept.
var viewWords = map[error]string{
	personal.ErrName:   "Give the list a name of at most 60 characters.",
	personal.ErrQuery:  "This list asks too much to be kept. Take some filters away.",
	personal.ErrTaken:  "You keep a list of that name already. Choose another name.",
	personal.ErrFull:   "You keep 30 lists already. Delete one first.",
	personal.ErrNoView: "That list has been deleted already.",
}

// SaveView gives a name to a list of providers.
func SaveView(q *page.Request) error {
	f, err := q.Sent()
	if err != nil {
		return err
	}
	asked, err := url.ParseQuery(f.Get("query"))
	if err != nil {
		asked = url.Values{}
	}
	query := listQuery(asked)
	back := "/providers"
	if query != "" {
		back += "?" + query
	}
	v, err := q.Config.Personal.Save(q.R.Context(), q.Subject.UserID, f.Get("name"), query)
	if says, ok := viewWord(err); ok {
		return &page.Problem{Status: http.StatusUnprocessableEntity, Title: "The list isn't kept", Says: says, Next: []page.Step{page.To("Back to the list", back)}}
	}
	if err != nil {
		return err
	}
	return q.Done("The list “"+v.Name+"” is kept for you.", back)
}

// DeleteView takes a kept list away.
func DeleteView(q *page.Request) error {
	if _, err := q.Sent(); err != nil {
		return err
	}
	err := q.Config.Personal.Delete(q.R.Context(), q.Subject.UserID, q.R.PathValue("id"))
	if says, ok := viewWord(err); ok {
		return &page.Problem{Status: http.StatusNotFound, Title: "No such list", Says: says, Next: []page.Step{page.To("Back to the providers", "/providers")}}
	}
	if err != nil {
		return err
	}
	return q.Done("The list is deleted.", "/providers")
}

func viewWord(err error) (string, bool) {
	for is, says := range viewWords {
		if errors.Is(err, is) {
			return says, true
		}
	}
	return "", false
}

// maxCompared is how many providers are laid side by side.
const maxCompared = 4

// compareView is providers side by side.
type compareView struct {
	Rows    []read.Compared
	Lines   map[string]template.URL
	Facts   []comparedFact
	Ignored []string
	Missing int
	Limited bool
}

// comparedFact is one line of the comparison.
type comparedFact struct {
	Name string
	// Number says that the line holds figures.
	Number bool
	Cells  []chart.Cell
}

// Compare sets a few providers side by side.
func Compare(q *page.Request) error {
	p := q.Params()
	var ids []string
	for _, id := range p.Values["id"] {
		switch {
		case id == "" || slices.Contains(ids, id):
		case len(id) > 40:
			p.Ignore("id", id)
		case len(ids) == maxCompared:
			p.Ignored = append(p.Ignored, "only the first four providers are compared")
		default:
			ids = append(ids, id)
		}
		if len(p.Ignored) > 3 {
			break
		}
	}
	v := compareView{Lines: map[string]template.URL{}}
	if len(ids) > 0 {
		scope, err := q.Scope(access.Provider)
		if err != nil {
			return err
		}
		if v.Rows, err = q.Snapshot.Compare(q.R.Context(), q.Frame, scope, ids); err != nil {
			return err
		}
		v.Limited = !scope.All()
		var seen []string
		for _, r := range v.Rows {
			if r.Visible {
				seen = append(seen, r.ID)
			}
		}
		lines, err := q.Snapshot.Lines(q.R.Context(), q.Frame, seen)
		if err != nil {
			return err
		}
		for id, values := range lines {
			v.Lines[id] = chart.Bars(values)
		}
	}
	v.Missing, v.Ignored = len(ids)-len(v.Rows), p.Ignored
	v.Facts = comparedFacts(v.Rows)
	return q.Page("compare", "Side by side", v, page.To("Providers", "/providers"))
}

// comparedFacts are the lines of the comparison under the head, the same for every provider.
func comparedFacts(rows []read.Compared) []comparedFact {
	const outside = "outside your portfolio"
	var out []comparedFact
	add := func(name string, number bool, cell func(read.Compared) chart.Cell) {
		f := comparedFact{Name: name, Number: number}
		for _, r := range rows {
			f.Cells = append(f.Cells, cell(r))
		}
		out = append(out, f)
	}
	known := func(r read.Compared, n *int64, to string) chart.Cell {
		switch {
		case !r.Visible:
			return chart.Txt(outside)
		case n == nil:
			return chart.Txt(words.Unknown)
		}
		return chart.Num(words.Int(*n)).To(to)
	}
	add("Area", false, func(r read.Compared) chart.Cell { return chart.Txt(r.Areas) })
	add("Services", false, func(r read.Compared) chart.Cell { return chart.Txt(kindsInWords(r.Kinds)) })
	add("Brand", false, func(r read.Compared) chart.Cell { return chart.Txt(orWord(r.BrandName, "none")) })
	add("Locations", true, func(r read.Compared) chart.Cell {
		return chart.Num(words.Int(r.Locations)).To(link.Records("locations", "provider", r.ID))
	})
	add("Beds", true, func(r read.Compared) chart.Cell { return chart.Num(words.IntOf(r.Beds)) })
	add("Lowest rating", false, func(r read.Compared) chart.Cell { return chart.Txt(orWord(r.Rating, "none")) })
	add("Locations below Good", true, func(r read.Compared) chart.Cell {
		return chart.Num(words.Int(r.BelowGood)).To(link.Records("locations", "provider", r.ID, "rating", "below"))
	})
	add("Oldest rating", true, func(r read.Compared) chart.Cell { return chart.Num(words.AgeOf(r.OldestDays)) })
	add("Locations without a manager", true, func(r read.Compared) chart.Cell { return chart.Num(words.Int(r.NoManager)) })
	add("Open flags", true, func(r read.Compared) chart.Cell { return known(r, r.FlagsOpen, link.With("/flags", "provider", r.ID)) })
	add("Concerns for 100 beds a year", true, func(r read.Compared) chart.Cell { return rateCell(r, r.Concerns) })
	add("Complaints for 100 beds a year", true, func(r read.Compared) chart.Cell { return rateCell(r, r.Complaints) })
	add("Section 42 enquiries, 52 weeks", true, func(r read.Compared) chart.Cell { return known(r, r.Enquiries, "") })
	add("Beds taken, of those reported", true, func(r read.Compared) chart.Cell {
		switch {
		case !r.Visible:
			return chart.Txt(outside)
		case r.Occupied == nil || r.ToldBeds == nil:
			return chart.Txt(words.Unknown)
		}
		return chart.Num(words.Percent(*r.Occupied, *r.ToldBeds)).To(link.Records("capacity", "provider", r.ID))
	})
	add("Free beds", true, func(r read.Compared) chart.Cell {
		return known(r, r.Vacancies, link.Records("capacity", "provider", r.ID))
	})
	add("Locations closed to admissions", true, func(r read.Compared) chart.Cell { return known(r, r.Shut, "") })
	add("People on the councils' lists", true, func(r read.Compared) chart.Cell {
		return known(r, r.People, link.Records("placements", "provider", r.ID))
	})
	add("Median weekly fee", true, func(r read.Compared) chart.Cell {
		switch {
		case !r.Visible:
			return chart.Txt(outside)
		case r.People == nil || *r.People < read.FewPackages || r.Fee == nil:
			return chart.Txt("too few to show")
		}
		return chart.Num(words.Money(*r.Fee))
	})
	add("Next contract ends", false, func(r read.Compared) chart.Cell {
		return chart.Txt(words.DateOf(r.NextEnd)).To(link.Records("contracts", "provider", r.ID))
	})
	return out
}

// rateCell is a rate for 100 beds a year; a provider none of whose services has beds has none.
func rateCell(r read.Compared, n *int64) chart.Cell {
	if !r.Visible {
		return chart.Txt("outside your portfolio")
	}
	if n == nil || r.Exposure == nil || r.Beds == nil || *r.Beds == 0 {
		return chart.Txt(words.Unknown)
	}
	rate, ok := chart.PerHundred(*n, *r.Exposure)
	if !ok {
		return chart.Txt(words.Unknown)
	}
	return chart.Num(words.Decimal(rate, 1))
}

func kindsInWords(kinds string) string {
	var out []string
	for _, k := range (read.ProviderRow{Kinds: kinds}).KindList() {
		out = append(out, words.Label(k))
	}
	if len(out) == 0 {
		return words.Unknown
	}
	return words.Capital(words.List(out))
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}
