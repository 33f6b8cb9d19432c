package read

import (
	"context"
	"fmt"
	"time"

	"bellwether/dashboard/class"
)

// Record is one row of a core table: the end of the way back from a figure.
type Record struct {
	ID           string     `col:"id"`
	On           *time.Time `col:"on_date"`
	KnownFrom    *time.Time `col:"known_from"`
	ProviderID   string     `col:"provider_id"`
	ProviderName string     `col:"provider_name"`
	LocationID   string     `col:"location_id"`
	LocationName string     `col:"location_name"`
	What         string     `col:"what"`
	Person       string     `col:"person"`
	Value        *float64   `col:"value"`
	File         string     `col:"file_name"`
	Row          *int64     `col:"row_no"`
	Total        int64      `col:"total"`
}

// CaseRecord is a record about a person, under a pseudonym.
type CaseRecord struct {
	_ struct{} `class:"C"`
	Record
}

// PublicRecord is a record that is public already.
type PublicRecord struct {
	_ struct{} `class:"A"`
	Record
}

// ProviderRecord is a record by which a provider can be known.
type ProviderRecord struct {
	_ struct{} `class:"B"`
	Record
}

// RecordFeed is a kind of record that a figure can lead to.
type RecordFeed struct {
	Name  string
	Title string
	// Class is the class of every row of the feed.
	Class class.Class
	// Date says what the date is, and Value what the value is, where there is one.
	Date, Value string
	question    string
}

// RecordFeeds are the kinds of record, by name.
var RecordFeeds = map[string]RecordFeed{
	"concerns":   {Name: "concerns", Title: "Safeguarding concerns", Class: class.C, Date: "Received", question: "records_concerns"},
	"enquiries":  {Name: "enquiries", Title: "Section 42 enquiries", Class: class.C, Date: "Started", question: "records_enquiries"},
	"complaints": {Name: "complaints", Title: "Complaints", Class: class.C, Date: "Received", question: "records_complaints"},
	"contracts":  {Name: "contracts", Title: "Care contracts", Class: class.A, Date: "Ends", Value: "Value a year", question: "records_contracts"},
	"locations":  {Name: "locations", Title: "Registered locations", Class: class.A, Date: "Rated", Value: "Beds", question: "records_locations"},
	"openings":   {Name: "openings", Title: "Registrations that began", Class: class.A, Date: "Registered", Value: "Beds", question: "records_openings"},
	"closures":   {Name: "closures", Title: "Registrations that ended", Class: class.A, Date: "Left the register", Value: "Beds", question: "records_closures"},
	"capacity":   {Name: "capacity", Title: "What services last said of their room", Class: class.B, Date: "Updated", Value: "Vacancies", question: "records_capacity"},
	"placements": {Name: "placements", Title: "People on the councils' lists", Class: class.B, Date: "Listed", Value: "People", question: "records_placements"},
}

// RecordQuery narrows a list of records. From and To are ISO dates; for concerns, enquiries and complaints they are weeks.
type RecordQuery struct {
	Provider, Location, Area, Rating, From, To string
	// Area is an area or a postcode district; Kind a kind of service; Authority who placed, Brand whose provider.
	Kind, Authority, Brand string
	Limit, Offset          int
}

// Records lists a feed's records. Those by which a provider can be known are those of the scope; the others don't look at it.
func (s *Snapshot) Records(ctx context.Context, scope Scope, feed RecordFeed, q RecordQuery) (list []Record, total int64, err error) {
	if feed.question == "" {
		return nil, 0, fmt.Errorf("read: no records called %q", feed.Name)
	}
	list, err = ask[Record](ctx, s, feed.question, args{
		"provider": q.Provider, "location": q.Location, "area": q.Area, "rating": q.Rating, "from": q.From, "to": q.To,
		"kind": q.Kind, "authority": q.Authority, "brand": q.Brand, "scope": scope.list(), "limit": q.Limit, "offset": q.Offset,
	})
	if len(list) > 0 {
		total = list[0].Total
	}
	return list, total, err
}
