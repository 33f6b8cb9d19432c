package dashboard

import (
	"strconv"
	"strings"

	"bellwether/dashboard/class"
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
	Pager    pager
	Chips    []chip
	Ignored  []string
	Download string
	// Unmatched counts those of the list, without its filters, that match no provider.
	Unmatched int64
}

// fedBy are the sources of a list of records.
var fedBy = map[string][]string{"concerns": {"safeguarding_concerns"}, "enquiries": {"safeguarding_enquiries"}, "complaints": {"complaints"},
	"contracts": {"contracts_ocds", "contracts_register"}, "locations": {"none"}}

// recordsPage lists a feed's rows, or gives them as CSV where format asks for it. Rows about people are not downloaded.
func recordsPage(name string) func(*request) error {
	feed := read.RecordFeeds[name]
	return func(q *request) error {
		p := q.params()
		nth := p.page()
		// Rows about people leave by no download; those by which a provider can be known leave by the right to take them away.
		takeaway := feed.Class == class.A || feed.Class == class.B && q.mayTake(class.B).Allow
		asCSV := p.one("format", "", "csv", "xlsx", "parquet", "arrow") != "" && takeaway
		var scope read.Scope
		if feed.Class == class.B {
			var err error
			if scope, err = q.scope(q.route.kind); err != nil {
				return err
			}
		}
		rq := read.RecordQuery{Provider: p.text("provider", 40), Location: p.text("location", 40), Area: p.text("area", 120),
			Rating: p.one("rating", "", "1", "2", "3", "4", "none", "below"), From: p.date("from"), To: p.date("to"), Kind: p.text("kind", 40), Authority: p.text("authority", 120), Brand: p.text("brand", 40), Limit: pageSize, Offset: (nth - 1) * pageSize}
		if asCSV {
			rq.Limit, rq.Offset = maxExport, 0
		}
		list, total, err := q.snap.Records(q.r.Context(), scope, feed, rq)
		if err != nil {
			return err
		}
		for i := range list {
			list[i].What = sayCodes(list[i].What)
		}
		if asCSV {
			if err := wholeList(total); err != nil {
				return err
			}
			return q.recordsCSV(feed, list)
		}
		v := recordsView{Unmatched: q.frame.UnmatchedIn(fedBy[feed.Name]...), Feed: feed, Query: rq, Rows: list, Pager: q.paging(total, nth, pageSize, len(list), "record"), Ignored: p.Ignored, Chips: q.recordChips(feed, rq)}
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
			query := q.r.URL.Query()
			query.Set("format", "csv")
			v.Download = q.r.URL.Path + "?" + query.Encode()
		}
		return q.page("records", feed.Title, v, step{"Market", "/market"})
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

func (q *request) recordChips(feed read.RecordFeed, rq read.RecordQuery) []chip {
	var out []chip
	add := func(text, name, value string) {
		if value != "" {
			out = append(out, chip{text + value, q.without(name, value)})
		}
	}
	add("Provider ", "provider", rq.Provider)
	add("Location ", "location", rq.Location)
	add("", "area", rq.Area)
	if rq.Kind != "" {
		out = append(out, chip{words.Capital(words.Label(rq.Kind)), q.without("kind", rq.Kind)})
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

func (q *request) recordsCSV(feed read.RecordFeed, list []read.Record) error {
	var out [][]string
	for _, r := range list {
		row := ""
		if r.Row != nil && *r.Row > 0 {
			row = strconv.FormatInt(*r.Row, 10)
		}
		out = append(out, []string{r.ID, isoOf(r.On), isoOf(r.KnownFrom), r.ProviderID, r.ProviderName, r.LocationID, r.LocationName, r.What, plainFloat(r.Value), r.File, row})
	}
	return q.csv(feed.Name, []string{"id", "date", "known_from", "provider_id", "provider", "location_id", "location", "what", "value", "file", "row"}, out, ofClass(feed.Class))
}
