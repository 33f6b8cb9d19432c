package decode

import "io"

const chunkBytes = mib

// chunks holds an unpacked file in pieces of one size, so that growing never copies what is already there. The pieces are used
// again for the next file.
type chunks struct {
	pieces [][]byte
	size   int64
}

// fill reads all of r in place of what was held, up to limit bytes. more is true when r holds more than that.
func (c *chunks) fill(r io.Reader, limit int64) (more bool, err error) {
	c.size = 0
	for {
		at := int(c.size / chunkBytes)
		if at == len(c.pieces) {
			c.pieces = append(c.pieces, make([]byte, chunkBytes))
		}
		n, err := r.Read(c.pieces[at][c.size%chunkBytes:])
		c.size += int64(n)
		switch {
		case c.size > limit:
			return true, nil
		case err == io.EOF:
			return false, nil
		case err != nil:
			return false, err
		}
	}
}

// ReadAt reads from the bytes held.
func (c *chunks) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 || off >= c.size {
		return 0, io.EOF
	}
	for n < len(p) && off < c.size {
		piece := c.pieces[off/chunkBytes][off%chunkBytes:]
		piece = piece[:min(int64(len(piece)), c.size-off)]
		m := copy(p[n:], piece)
		n, off = n+m, off+int64(m)
	}
	if n < len(p) {
		err = io.EOF
	}
	return n, err
}
