package tabular

import (
	"context"
	"errors"
	"io"
	"slices"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/mapping"
)

// SuggestRows is how many rows of a file a suggestion looks at.
const SuggestRows = 5000

// Suggest proposes a mapping of the file to the table. The file need not have any heading that is known.
func Suggest(ctx context.Context, f ingest.File, t *contract.Table) (*mapping.Suggestion, error) {
	table, err := openUnknown(f, t)
	if err != nil {
		return nil, FileError(f.Name, err)
	}
	defer table.Close()
	var rows [][]string
	for len(rows) < SuggestRows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, FileError(f.Name, err)
		}
		if row.Problem == nil {
			rows = append(rows, slices.Clone(row.Cells))
		}
	}
	return mapping.Suggest(t, table.Header, rows), nil
}

// openUnknown finds the header by the names of the contract, none of which need be there, else by its looks. Of the delimiters of
// CSV files the one that makes most columns is taken.
func openUnknown(f ingest.File, t *contract.Table) (*decode.Table, error) {
	wanted := plan(t, mapping.Default(t), nil).wanted
	for i := range wanted {
		wanted[i].Required = false
	}
	var best *decode.Table
	var first error
	for _, fields := range [][]decode.Field{wanted, nil} {
		for _, mark := range []byte{',', ';', '\t', '|'} {
			table, err := decode.Open(f.Name, f.Body, f.Size, decode.Options{Fields: fields, Delimiter: mark})
			if err != nil {
				first = errors.Join(first, err)
				continue
			}
			if best == nil || len(table.Header) > len(best.Header) {
				best, table = table, best
			}
			table.Close()
		}
		if best != nil && len(best.Header) > 1 {
			return best, nil
		}
	}
	if best != nil {
		return best, nil
	}
	return nil, first
}
