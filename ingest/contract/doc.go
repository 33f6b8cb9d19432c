// Package contract holds the data contracts: what each table of a feed must look like, and the check of one row against it.
//
// A contract is one JSON file per table, a Frictionless Table Schema (Data Package v2) with additions under "bellwether:". The
// file's stem is the table's name. Properties of the table:
//
//	title, description        words for people
//	fields                    the columns, in order
//	primaryKey                a name or a list of names; unique within one file
//	missingValues             cells that mean "missing" (default: the empty cell)
//	bellwether:source         the source that delivers the table (required)
//	bellwether:version        a whole number from 1, raised with every change (required)
//	bellwether:mode           the fields' default mode
//	bellwether:knownFrom      the date field in which the source itself says when it recorded the row
//	bellwether:dataDate       the date field that says which period the rows cover
//	bellwether:onDuplicate    "quarantine" (default: rows that share a key and differ are all held) or "last"
//	bellwether:maxBadShare    the share of bad rows, 0 to 1, above which the file is rejected
//	bellwether:notes          a remark, or a list of them, for the data dictionary
//
// Properties of a field: name, title, description, example, type (string, integer, number, boolean, date, datetime), format
// ("default" only), trueValues, falseValues, missingValues, constraints (required, enum, minimum, maximum, minLength, maxLength,
// pattern), and
//
//	bellwether:decimal        true on a number: kept exactly, with two decimal places
//	bellwether:personal       none, pseudonym:person, pseudonym:staff, pseudonym:source or drop
//	bellwether:synonyms       headers met in the wild
//	bellwether:separator      the cell is a list, and enum holds for each part
//	bellwether:mode           evolve, freeze, quarantine_row (default) or reject_file
//	bellwether:notes          as above
//
// The modes: under evolve a value outside enum, length, range or pattern is kept and counted in a note (a value of the wrong type can't be
// kept: its row is held); quarantine_row holds the row; freeze holds the row too and makes the column itself compulsory, so that
// a file without it is rejected; reject_file rejects the whole file for one bad value.
//
// Cells are taken literally: a cell that begins with = + - or @ is text like any other and is never evaluated.
package contract
