package ingest

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"bellwether/ingest/contract"
	"bellwether/internal/warehouse"
)

const (
	// defaultBatchRows is how many rows the engine keeps in one group: a batch as large goes into the file without being gathered again.
	defaultBatchRows = 122_880
	// maxBatchBytes bounds the text in one batch: Arrow's offsets count to two gibibytes, and memory is not free.
	maxBatchBytes = 64 << 20
)

// tableDef is the raw table of a contract: its stored fields, then the load and the row they came from.
func tableDef(t *contract.Table) warehouse.TableDef {
	def := warehouse.TableDef{Name: t.Name}
	for _, i := range t.Stored() {
		f := &t.Fields[i]
		def.Columns = append(def.Columns, warehouse.Column{Name: f.Name, Type: f.ColumnType()})
	}
	def.Columns = append(def.Columns, warehouse.Column{Name: contract.ColumnLoad, Type: "VARCHAR"}, warehouse.Column{Name: contract.ColumnRow, Type: "BIGINT"})
	return def
}

// column appends the values of one stored field.
type column struct {
	field   int // position among the contract's fields
	builder builder
	add     func(v *contract.Value)
}

func arrowType(t contract.Type) arrow.DataType {
	switch t {
	case contract.Integer:
		return arrow.PrimitiveTypes.Int64
	case contract.Number:
		return arrow.PrimitiveTypes.Float64
	case contract.Decimal:
		return &arrow.Decimal128Type{Precision: 18, Scale: 2}
	case contract.Boolean:
		return arrow.FixedWidthTypes.Boolean
	case contract.Date:
		return arrow.FixedWidthTypes.Date32
	case contract.Datetime:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	default:
		return arrow.BinaryTypes.String
	}
}

func newColumn(f *contract.Field, at int) column {
	c := column{field: at}
	if arrowType(f.Type) == arrow.BinaryTypes.String {
		b := &textBuilder{}
		c.builder, c.add = b, func(v *contract.Value) { b.Append(v.S) }
		return c
	}
	b := array.NewBuilder(memory.DefaultAllocator, arrowType(f.Type))
	c.builder = b
	switch b := b.(type) {
	case *array.Int64Builder:
		c.add = func(v *contract.Value) { b.UnsafeAppend(v.I) }
	case *array.Float64Builder:
		c.add = func(v *contract.Value) { b.UnsafeAppend(v.F) }
	case *array.Decimal128Builder:
		c.add = func(v *contract.Value) { b.UnsafeAppend(decimal128.FromI64(v.I)) }
	case *array.BooleanBuilder:
		c.add = func(v *contract.Value) { b.Append(v.I != 0) }
	case *array.Date32Builder:
		c.add = func(v *contract.Value) { b.UnsafeAppend(arrow.Date32(v.I)) }
	case *array.TimestampBuilder:
		c.add = func(v *contract.Value) { b.UnsafeAppend(arrow.Timestamp(v.I)) }
	}
	return c
}

// batcher gathers the rows of one table into record batches.
type batcher struct {
	schema  *arrow.Schema
	columns []column
	rowNo   *array.Int64Builder
	loadID  arrow.Array // a dictionary of one text
	limit   int
	room    int // rows that the builders have memory for
	rows    int
	bytes   int
}

func newBatcher(t *contract.Table, loadID string, limit int) *batcher {
	b := &batcher{limit: limit, rowNo: array.NewInt64Builder(memory.DefaultAllocator)}
	var fields []arrow.Field
	for _, i := range t.Stored() {
		f := &t.Fields[i]
		b.columns = append(b.columns, newColumn(f, i))
		fields = append(fields, arrow.Field{Name: f.Name, Type: arrowType(f.Type), Nullable: true})
	}
	texts := array.NewStringBuilder(memory.DefaultAllocator)
	texts.Append(loadID)
	b.loadID = texts.NewArray()
	fields = append(fields,
		arrow.Field{Name: contract.ColumnLoad, Type: constantType, Nullable: true},
		arrow.Field{Name: contract.ColumnRow, Type: arrow.PrimitiveTypes.Int64, Nullable: true})
	b.schema = arrow.NewSchema(fields, nil)
	return b
}

// constantType is that of a column which holds one text in every row: the text is passed once, not sixty thousand times.
var constantType = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}

// grow makes room for more rows, twice as many each time: most files are small, and memory for a full batch of every column
// costs more than reading them.
func (b *batcher) grow() {
	more := min(max(256, b.rows), b.limit-b.rows)
	for i := range b.columns {
		b.columns[i].builder.Reserve(more)
	}
	b.rowNo.Reserve(more)
	b.room = b.rows + more
}

// add appends one row and says whether the batch is full.
func (b *batcher) add(values []contract.Value, rowNo int64) (full bool) {
	if b.rows == b.room {
		b.grow()
	}
	for i := range b.columns {
		c := &b.columns[i]
		v := &values[c.field]
		if v.Null {
			c.builder.AppendNull()
			continue
		}
		b.bytes += len(v.S)
		c.add(v)
	}
	b.rowNo.UnsafeAppend(rowNo)
	b.rows++
	return b.rows >= b.limit || b.bytes >= maxBatchBytes
}

// take gives the rows gathered so far as a batch and begins a new one.
func (b *batcher) take() arrow.RecordBatch {
	if b.rows == 0 {
		return nil
	}
	arrays := make([]arrow.Array, 0, len(b.columns)+2)
	for i := range b.columns {
		arrays = append(arrays, b.columns[i].builder.NewArray())
	}
	zeros := memory.NewBufferBytes(make([]byte, b.rows))
	index := array.NewData(constantType.IndexType, b.rows, []*memory.Buffer{nil, zeros}, nil, 0, 0)
	arrays = append(arrays, array.NewDictionaryArray(constantType, array.NewInt8Data(index), b.loadID), b.rowNo.NewArray())
	rec := array.NewRecordBatch(b.schema, arrays, int64(b.rows))
	for _, a := range arrays {
		a.Release()
	}
	b.rows, b.bytes, b.room = 0, 0, 0
	return rec
}
