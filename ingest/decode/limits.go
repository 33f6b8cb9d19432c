package decode

// Limits caps what a reader accepts. A zero field means the default, so that a caller states only what it changes.
type Limits struct {
	FileBytes     int64 // the file as delivered
	UnpackedBytes int64 // everything inside a compressed file, unpacked
	EntryBytes    int64 // one file inside a container, which is held in memory
	Entries       int   // files inside a container or a workbook
	Rows          int64 // rows of a table, blank ones included
	Columns       int   // cells in a row
	FieldBytes    int   // one cell
	RowBytes      int   // one row
	HeaderRows    int   // rows searched for the header
	Sheets        int   // sheets of a workbook
	RepeatedRows  int   // times a spreadsheet may repeat one row that is not blank
	StringBytes   int64 // text shared between the cells of a workbook, which is held in memory
	Strings       int   // pieces of that text
	XMLDepth      int   // elements inside one another
	XMLTokenBytes int   // one piece of XML: a tag or a run of text
}

const (
	kib = 1 << 10
	mib = 1 << 20
	gib = 1 << 30
)

// DefaultLimits returns the caps used where a caller sets none: room for the largest national file known (over 1 GiB of XML
// unpacked), and under 512 MiB of memory in the worst case.
func DefaultLimits() Limits { return Limits{}.orDefaults() }

func (l Limits) orDefaults() Limits {
	set(&l.FileBytes, 64*gib) // a text is streamed; how large a file may be is for the landing zone to say (ingest.max_file_mib)
	set(&l.UnpackedBytes, 4*gib)
	set(&l.EntryBytes, 256*mib)
	set(&l.Entries, 10_000)
	set(&l.Rows, 10_000_000)
	set(&l.Columns, 1_024)
	set(&l.FieldBytes, 256*kib)
	set(&l.RowBytes, 4*mib)
	set(&l.HeaderRows, 20)
	set(&l.Sheets, 256)
	set(&l.RepeatedRows, 10_000)
	set(&l.StringBytes, 128*mib)
	set(&l.Strings, 4_000_000)
	set(&l.XMLDepth, 128)
	set(&l.XMLTokenBytes, 1*mib)
	return l
}

func set[T int | int64](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}
