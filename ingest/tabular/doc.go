// Package tabular turns a table (CSV, XLSX or ODS) into rows of a contract: columns found by a council's mapping or by the
// contract's synonyms, dates read in the order that the whole file shows, words turned into codes, rows of one case merged.
//
// A cell that cannot be read holds its row in quarantine. A file whose header is not the one expected, or whose dates cannot
// be told apart, is refused whole. What was passed over, such as a column nobody mapped, is noted.
package tabular
