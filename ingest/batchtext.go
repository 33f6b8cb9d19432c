package ingest

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// builder gathers the values of one column. Arrow's own do, and textBuilder.
type builder interface {
	Reserve(n int)
	AppendNull()
	NewArray() arrow.Array
}

// textBuilder gathers texts. Most cells are texts, and Arrow's own builder takes several times as long to append a short one.
type textBuilder struct {
	offsets []int32 // where each text begins, and the end of the last
	data    []byte
	valid   []byte // a bit a text
	nulls   int
}

// Reserve makes room for n more texts.
func (b *textBuilder) Reserve(n int) {
	if b.offsets == nil {
		b.offsets = append(make([]int32, 0, n+1), 0)
	}
	if need := len(b.offsets) + n; need > cap(b.offsets) {
		b.offsets = append(make([]int32, 0, need), b.offsets...)
	}
}

func (b *textBuilder) at() int { return len(b.offsets) - 1 }

// Append adds a text. Room must have been reserved.
func (b *textBuilder) Append(s string) {
	i := b.at()
	if i&7 == 0 {
		b.valid = append(b.valid, 0)
	}
	b.valid[i>>3] |= 1 << (i & 7)
	b.data = append(b.data, s...)
	b.offsets = append(b.offsets, int32(len(b.data)))
}

// AppendNull adds a missing text.
func (b *textBuilder) AppendNull() {
	if b.at()&7 == 0 {
		b.valid = append(b.valid, 0)
	}
	b.nulls++
	b.offsets = append(b.offsets, int32(len(b.data)))
}

// NewArray gives what was gathered and begins anew, with room for as much again.
func (b *textBuilder) NewArray() arrow.Array {
	if b.offsets == nil {
		b.offsets = []int32{0}
	}
	buffers := []*memory.Buffer{
		memory.NewBufferBytes(b.valid), memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(b.offsets)), memory.NewBufferBytes(b.data),
	}
	data := array.NewData(arrow.BinaryTypes.String, b.at(), buffers, nil, b.nulls, 0)
	defer data.Release()
	*b = textBuilder{
		offsets: append(make([]int32, 0, len(b.offsets)), 0), data: make([]byte, 0, len(b.data)), valid: make([]byte, 0, len(b.valid)),
	}
	return array.NewStringData(data)
}
