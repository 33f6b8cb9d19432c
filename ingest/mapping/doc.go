// Package mapping reads a council's own map of its extracts: which column holds what, and which of its words mean which code of
// the national lists.
//
// No two councils' case systems export the same columns or values, and none publishes its layout, so the map belongs to the
// council. It is one YAML file for each table:
//
//	version: 1
//	table: safeguarding_concern
//	council: Larkshire County Council
//	sheet: Concerns            # of a workbook; the first one with the header if not given
//	delimiter: semicolon       # of a CSV file: comma, semicolon, tab or bar
//	header_rows: 2             # where headings stand in two rows, one merged over several of the other; "Upper Lower" is then the heading
//	row: record                # what one row is: record, allegation or person
//	key: [adult_ref, received_on]  # where the file has no reference: the fields that together identify a record
//	dates: day_first           # auto (decided from the file), day_first or month_first
//	columns:                   # our field: the heading in the file
//	  concern_ref: Concern Ref
//	  received_on: [Date Received, Date Concern Received]   # whichever of them the file has
//	  abuse_types: [First allegation, Second allegation]    # a field that may hold several values: all of them
//	flags:                     # one column for each value, marked Y
//	  abuse_types:
//	    Physical Abuse: Physical (Y/N)
//	split:
//	  abuse_types: ";"         # several values in one cell
//	values:                    # code or national label: the council's words for it
//	  decision:
//	    s42: [Section 42 enquiry]
//	missing:                   # the council's words for "nothing recorded"
//	  source_of_risk: [Not known]
//	defaults:
//	  placing_authority: Larkshire County Council
//	optional: [severity]       # fields whose column may be absent from the file
//	ignore: [Allegation No]    # columns that are not read, and need no remark
//	attribution:               # the first rule that fits decides whose act a concern is about
//	  rules:
//	    - is: resident_on_resident
//	      relationship: [Other resident]
//	    - is: provider
//	      source_of_risk: [Service Provider]
//	  default: unknown_source
//
// Words are compared without regard to capitals, punctuation and spacing. A word that the map does not know is kept as typed.
// A rule's condition holds when the cell, as typed or as mapped, is one of its words; "missing" stands for an empty cell and
// "unmapped" for a word without a code. Every condition of a rule must hold.
//
// The file is read strictly: an unknown key, a repeated one, an anchor, or a word that stands for two codes is an error that
// names its line.
package mapping
