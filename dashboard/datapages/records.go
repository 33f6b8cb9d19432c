package datapages

import (
	"strconv"
	"strings"

	"bellwether/dashboard/class"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// recordsView lists the rows behind a figure.
type recordsView struct {
	Feed     read.RecordFeed
	Query    read.RecordQuery
	Case     []read.CaseRecord
	Provider []read.ProviderRecord
	Public   []read.PublicRecord
	Rows     []read.Record
	Pager    page.Pager
	Chips    []page.Chip
	Ignored  []string
	Download string
	// Unmatched counts those of the list, without its filters, that match no provider.
	Unmatched int64
}

// fedBy are the sources of a list of records.
var fedBy = map[string][]string{"concerns": {"safeguarding_concerns"}, "enquiries": {"safeguarding_enquiries"}, "complaints": {"complaints"},
	"contracts": {"contracts_ocds", "contracts_register"}, "locations": {"none"}}

// Records lists a feed's rows, or gives them as CSV where format asks for it. Rows about people are not downloaded.
func Records(name string) func(*page.Request) error {
	feed := read.RecordFeeds[name]
	return func(q *page.Request) error {
		p := q.Params()
		nth := p.Page()
		// Rows about people leave by no download; those by which a provider can be known leave by the right to take them away.
		takeaway := feed.Class == class.A || feed.Class == class.B && q.MayTake(class.B).Allow
		asCSV := p.One("format", "", "csv", "xlsx", "parquet", "arrow") != "" && takeaway
		var scope read.Scope
		if feed.Class == class.B {
			var err error
			if scope, err = q.Scope(q.Route.Kind); err != nil {
				return err
			}
		}
		rq := read.RecordQuery{Provider: p.Text("provider", 40), Location: p.Text("location", 40), Area: p.Text("area", 120),
			Rating: p.One("rating", "", "1", "2", "3", "4", "none", "below"), From: p.Date("from"), To: p.Date("to"), Kind: p.Text("kind", 40), Authority: p.Text("authority", 120), Brand: p.Text("brand", 40), Limit: page.Size, Offset: (nth - 1) * page.Size}
		if asCSV {
			rq.Limit, rq.Offset = page.MaxExport, 0
		}
		list, total, err := q.Snapshot.Records(q.R.Context(), scope, feed, rq)
		if err != nil {
			return err
		}
		for i := range list {
			list[i].What = sayCodes(list[i].What)
		}
		if asCSV {
			if err := page.WholeList(total); err != nil {
				return err
			}
			return recordsCSV(q, feed, list)
		}
		v := recordsView{Unmatched: q.Frame.UnmatchedIn(fedBy[feed.Name]...), Feed: feed, Query: rq, Rows: list, Pager: q.Paging(total, nth, page.Size, len(list), "record"), Ignored: p.Ignored, Chips: recordChips(q, feed, rq)}
		// The same rows in a type that says their class, from which the page is marked and the reading recorded.
		for _, r := range list {
			switch feed.Class {
			case class.A:
				v.Public = append(v.Public, read.PublicRecord{Record: r})
			case class.B:
				v.Provider = append(v.Provider, read.ProviderRecord{Record: r})
			default:
				v.Case = append(v.Case, read.CaseRecord{Record: r})
			}
		}
		if takeaway {
			query := q.R.URL.Query()
			query.Set("format", "csv")
			v.Download = q.R.URL.Path + "?" + query.Encode()
		}
		return q.Page("records", feed.Title, v, page.To("Market", "/market"))
	}
}

// sayCodes puts the codes among a record's parts into words.
func sayCodes(what string) string {
	parts := strings.Split(what, " · ")
	for i, p := range parts {
		parts[i] = words.Label(p)
	}
	return strings.Join(parts, " · ")
}

func recordChips(q *page.Request, feed read.RecordFeed, rq read.RecordQuery) []page.Chip {
	var out []page.Chip
	add := func(text, name, value string) {
		if value != "" {
			out = append(out, page.Chip{Text: text + value, Remove: q.Without(name, value)})
		}
	}
	add("Provider ", "provider", rq.Provider)
	add("Location ", "location", rq.Location)
	add("", "area", rq.Area)
	if rq.Kind != "" {
		out = append(out, page.Chip{Text: words.Capital(words.Label(rq.Kind)), Remove: q.Without("kind", rq.Kind)})
	}
	add("Placed by ", "authority", rq.Authority)
	add("Brand ", "brand", rq.Brand)
	add("Rating score ", "rating", rq.Rating)
	unit := strings.ToLower(feed.Date) + " "
	if feed.Class == class.C {
		unit = "week of "
	}
	add(words.Capital("from "+unit), "from", rq.From)
	add(words.Capital("to "+unit), "to", rq.To)
	return out
}

func recordsCSV(q *page.Request, feed read.RecordFeed, list []read.Record) error {
	var out [][]string
	for _, r := range list {
		row := ""
		if r.Row != nil && *r.Row > 0 {
			row = strconv.FormatInt(*r.Row, 10)
		}
		out = append(out, []string{r.ID, page.ISO(r.On), page.ISO(r.KnownFrom), r.ProviderID, r.ProviderName, r.LocationID, r.LocationName, r.What, page.PlainFloat(r.Value), r.File, row})
	}
	return q.CSV(feed.Name, []string{"id", "date", "known_from", "provider_id", "provider", "location_id", "location", "what", "value", "file", "row"}, out, page.OfClass(feed.Class))
}
