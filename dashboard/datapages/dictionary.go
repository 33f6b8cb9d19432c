package datapages

import (
	"maps"
	"slices"
	"strings"

	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/ingest/contract"
	"bellwether/schemas"
)

// dictionaryView is the data dictionary: the contracts by which every file is read, in words.
type dictionaryView struct {
	Tables []dictionaryTable
	Query  string
	Fields int
}

// dictionaryTable is one kind of delivered row.
type dictionaryTable struct {
	Name, Title, Says, Source, Key string
	Notes                          []string
	Fields                         []dictionaryField
}

// dictionaryField is one field of it.
type dictionaryField struct{ Name, Kind, Says, Allowed, Personal, Found string }

// Dictionary is every field that is read, with its class.
func Dictionary(q *page.Request) error {
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		return err
	}
	v := dictionaryView{Query: q.Params().Text("q", 60)}
	look := strings.ToLower(v.Query)
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		t := tables[name]
		out := dictionaryTable{Name: t.Name, Title: t.Title, Says: t.Description, Source: words.SourceName(t.Source, ""), Key: strings.Join(t.PrimaryKey, ", "), Notes: t.Notes}
		for i := range t.Fields {
			w := t.Fields[i].Words()
			f := dictionaryField{w.Name, w.Kind, w.Says, w.Allowed, w.Personal, strings.Join(w.Found, ", ")}
			if look == "" || strings.Contains(strings.ToLower(strings.Join([]string{t.Name, t.Title, f.Name, f.Says, f.Found}, " ")), look) {
				out.Fields = append(out.Fields, f)
			}
		}
		if len(out.Fields) > 0 {
			v.Tables = append(v.Tables, out)
			v.Fields += len(out.Fields)
		}
	}
	return q.Page("dictionary", "Data dictionary", v, page.To("Data", "/data"))
}
