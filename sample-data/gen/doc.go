// Package gen makes the fictional county of Larkshire: care providers, locations, people's
// concerns, enquiries, complaints, ratings, contracts and company events, written in the same
// file formats that real councils and the Care Quality Commission use.
//
// The county is made from one seed and nothing else: the same seed gives the same bytes. Every
// entity draws from its own random stream, named after it, so that a change to one part of the
// model leaves the others as they were. Archives are written with fixed times and with a
// compressor whose version go.mod pins, because the standard library may change its output.
//
// Nothing here is real. Organisation ids start with "9-", postcodes with "LK", company numbers
// with "99", telephone numbers come from the range that is reserved for drama, and every place
// lies in the North Sea. The names are compounds that no care company uses.
package gen
