package export

import (
	"bytes"
	"fmt"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// nodeOf is a column of the file's schema; every column may be empty.
func nodeOf(name string, k kind) (schema.Node, error) {
	switch k {
	case number:
		return schema.NewPrimitiveNode(name, parquet.Repetitions.Optional, parquet.Types.Double, -1, -1)
	case date:
		return schema.NewPrimitiveNodeLogical(name, parquet.Repetitions.Optional, schema.DateLogicalType{}, parquet.Types.Int32, -1, -1)
	default:
		return schema.NewPrimitiveNodeLogical(name, parquet.Repetitions.Optional, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1)
	}
}

func parquetFile(t Table) ([]byte, error) {
	var fields schema.FieldList
	kinds := make([]kind, len(t.Head))
	for i, h := range t.Head {
		kinds[i] = kindOf(t, i)
		n, err := nodeOf(h, kinds[i])
		if err != nil {
			return nil, fmt.Errorf("export: column %d: %w", i+1, err)
		}
		fields = append(fields, n)
	}
	root, err := schema.NewGroupNode("rows", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	meta := metadata.NewKeyValueMetadata()
	for _, n := range t.Notes {
		if err := meta.Append(n[0], n[1]); err != nil {
			return nil, fmt.Errorf("export: %w", err)
		}
	}
	var out bytes.Buffer
	w, err := file.NewParquetWriterWithError(&out, root, file.WithWriterProps(parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy))), file.WithWriteMetadata(meta))
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	group, err := w.AppendRowGroupChecked()
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	for i := range t.Head {
		column, err := group.NextColumn()
		if err == nil {
			err = fill(column, t, i, kinds[i])
		}
		if err == nil {
			err = column.Close()
		}
		if err != nil {
			return nil, fmt.Errorf("export: column %d: %w", i+1, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return out.Bytes(), nil
}

// fill writes one column: a level for every row says whether it is filled, and only filled cells have a value.
func fill(to file.ColumnChunkWriter, t Table, col int, k kind) (err error) {
	levels := make([]int16, len(t.Rows))
	var texts []parquet.ByteArray
	var numbers []float64
	var dates []int32
	for i, row := range t.Rows {
		s := cell(row, col)
		if s == "" {
			continue
		}
		levels[i] = 1
		switch k {
		case number:
			f, _ := numberOf(s)
			numbers = append(numbers, f)
		case date:
			d, _ := time.Parse(time.DateOnly, s)
			dates = append(dates, int32(d.Unix()/86400)) //nolint:gosec // days of calendar dates
		default:
			texts = append(texts, parquet.ByteArray(s))
		}
	}
	switch w := to.(type) {
	case *file.Float64ColumnChunkWriter:
		_, err = w.WriteBatch(numbers, levels, nil)
	case *file.Int32ColumnChunkWriter:
		_, err = w.WriteBatch(dates, levels, nil)
	case *file.ByteArrayColumnChunkWriter:
		_, err = w.WriteBatch(texts, levels, nil)
	default:
		err = fmt.Errorf("a column of type %T", to)
	}
	return err
}
