package cqc

import "bellwether/ingest/tabular"

// ratings reads CQC's latest ratings file, of any year: the headings and the rows above them have changed, the meaning has not.
// Every row is kept as a row, one for each location, service and domain: the models decide what a location's rating is, because
// "Not Rated" for the location as a whole often stands beside a real rating of its only service.
var ratings = tabular.Spec{Table: "cqc_ratings_file", Needed: []string{"rating", "publication_date"}}
