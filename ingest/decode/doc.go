// Package decode turns the bytes of a delivered file into rows of text, or refuses them with a reason a person can act on.
//
// It is pure: no database, no network, nothing written to disk. Every size is capped by [Limits], so that a hostile or
// broken file costs bounded time and memory. There are three outcomes and no fourth: the file is refused ([*Error]), a row
// is refused ([Row].Problem), or the row is exactly what the file holds.
//
// A table is read like this:
//
//	fields := []decode.Field{
//		{Name: "complaint_ref", Synonyms: []string{"Reference"}, Required: true},
//		{Name: "received_on", Synonyms: []string{"Date received"}, Required: true},
//		{Name: "outcome"},
//	}
//	opts := decode.Options{Limits: decode.DefaultLimits(), Fields: fields}
//	table, err := decode.Open(name, body, size, opts) // CSV, XLSX or ODS, by content; the header row is found
//	defer table.Close()
//	for {
//		row, err := table.Read() // io.EOF at the end; any other error refuses the whole file
//		if row.Problem != nil {  // this row alone cannot be trusted; quarantine it and go on
//			continue
//		}
//		ref := table.Cell(row, "complaint_ref")
//	}
//
// Dates written with numbers can mean two things. [ReadDates] goes through a file once, decides the order for the whole file
// and returns the [DateReader] used in the second pass:
//
//	dates, err := decode.ReadDates(name, body, size, opts, decode.OrderUnknown, "received_on")
//	iso, missing, err := dates.Date(table.Cell(row, "received_on"))
//
// [Walk] opens .gz, .zip, .tar and .tar.gz and hands over what is inside, one file at a time.
package decode
