package contracts

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/jsonrows"
	"bellwether/ingest/tabular"
)

// notices reads Open Contracting Data Standard releases: in release packages, in record packages, in lists, or one a line.
type notices struct{}

// Decode sends every release and its awards on.
func (notices) Decode(ctx context.Context, f ingest.File, env ingest.Env, out ingest.Output) error {
	n := &reader{out: out}
	n.Delivery = jsonrows.Delivery{Ctx: ctx, Name: f.Name, Quarantine: func(no int64, code, reason string) error {
		return out.Quarantine(ingest.Problem{Table: "ocds_release", Row: no, Code: code, Reason: reason, ValueClass: "JSON"})
	}}
	n.releases, n.awards = env.Tables["ocds_release"], env.Tables["ocds_award"]
	if n.releases == nil || n.awards == nil {
		return errors.New("the contracts of ocds_release and ocds_award are needed to read contract notices")
	}
	return tabular.FileError(f.Name, n.read(f))
}

// reader reads the releases of one delivery.
type reader struct {
	jsonrows.Delivery
	out              ingest.Output
	releases, awards *contract.Table
	kept             int64
	linked, compiled int64 // releases that are only links, and records read from what was compiled of them
	packages         int64
	bad              int64 // numbers that are none
	firstBad         string
}

const next = "Send a release package, a record package, or releases one a line, as Contracts Finder or Find a Tender answer them"

func (n *reader) read(f ingest.File) error {
	err := n.Read(f.Body, f.Size, func(one jsonrows.File, v jsonrows.Value) error { return n.value(one, v, 0) })
	if err != nil {
		return err
	}
	if n.linked > 0 {
		n.out.Note(fmt.Sprintf("releases that the file only links to, and that were not read: %d", n.linked))
	}
	if n.compiled > 0 {
		n.out.Note(fmt.Sprintf("records read from their compiled release, because they only link to the others: %d", n.compiled))
	}
	if n.bad > 0 {
		n.out.Note(fmt.Sprintf("sums that are not numbers, left empty while the rest of their releases was read: %d (first %s)", n.bad, n.firstBad))
	}
	if n.No == 0 && n.packages > 0 {
		n.out.Note("the package holds no releases: nothing was published in its time")
		return nil
	}
	if n.kept == 0 && n.linked == 0 {
		return &decode.Error{Code: contract.WrongType, Reason: cmp.Or(n.First, "there is no release in the file"), NextStep: next}
	}
	return nil
}

// maxInside is how many packages may stand inside one another.
const maxInside = 3

// value reads a release, or goes into a package.
func (n *reader) value(f jsonrows.File, v jsonrows.Value, depth int) error {
	names, values, whole := jsonrows.Members(v.Raw)
	inside := func(raw []byte) error {
		if depth >= maxInside {
			n.No++
			return n.Hold(f.Name, contract.WrongType, "packages stand inside packages")
		}
		return n.Values(f, jsonrows.NewSplitter(bytes.NewReader(raw), false), func(one jsonrows.File, v jsonrows.Value) error { return n.value(one, v, depth+1) })
	}
	member := func(want string) []byte {
		for i, m := range names {
			if m == want {
				return values[i]
			}
		}
		return nil
	}
	switch releases, records, compiled := member("releases"), member("records"), member("compiledRelease"); {
	case records != nil:
		n.packages++
		return inside(records)
	case member("ocid") != nil && (releases != nil || compiled != nil):
		return n.record(releases, compiled, inside)
	case depth > 0 && member("ocid") == nil && member("url") != nil:
		n.linked++
		return nil
	case releases != nil:
		n.packages++
		return inside(releases)
	}
	n.No++
	if v.Fault != "" {
		return n.Broken(f, v)
	}
	if !whole {
		return n.Hold(f.Name, contract.WrongType, "the release is not sound JSON")
	}
	if member("ocid") == nil {
		return n.Hold(f.Name, contract.WrongType, "this is not a release: it has no ocid")
	}
	r, repaired, err := parse(v.Raw)
	if err != nil {
		return n.Hold(f.Name, contract.WrongType, fault(err))
	}
	n.kept++
	for range repaired {
		n.badNumber()
	}
	return n.release(r)
}

// record reads the full releases of a record, or, where it only links to them, the release compiled from them.
func (n *reader) record(releases, compiled []byte, inside func([]byte) error) error {
	var embedded []struct {
		OCID text `json:"ocid"`
	}
	if compiled != nil && json.Unmarshal(releases, &embedded) == nil {
		full := false
		for _, e := range embedded {
			full = full || e.OCID != ""
		}
		if !full {
			releases = nil
		}
	}
	if releases != nil {
		return inside(releases)
	}
	n.compiled++
	return inside(compiled)
}

// parse reads a release; numbers that JSON does not know are replaced by nothing and counted.
func parse(raw []byte) (*release, int, error) {
	var r release
	err := json.Unmarshal(raw, &r)
	if err == nil {
		return &r, 0, nil
	}
	fixed, count := jsonrows.Repair(raw)
	if count == 0 {
		return nil, 0, err
	}
	r = release{}
	if err := json.Unmarshal(fixed, &r); err != nil {
		return nil, 0, err
	}
	return &r, count, nil
}

func fault(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("the release is not sound JSON: the fault is at its byte %d", syntax.Offset)
	}
	return "the release is not sound JSON"
}

func (n *reader) badNumber() {
	if n.bad == 0 {
		n.firstBad = fmt.Sprintf("in release %d", n.No)
	}
	n.bad++
}

// amount reads a sum; one that is no number is left empty and counted, so that the rest of its release is not lost.
func (n *reader) amount(m money) string {
	v, missing, err := decode.Amount(string(m.Amount))
	if err != nil {
		n.badNumber()
		return ""
	}
	if missing != decode.Present {
		return ""
	}
	if whole, _, _ := strings.Cut(strings.TrimPrefix(v, "-"), "."); len(whole) > 15 {
		n.badNumber()
		return ""
	}
	return v
}

// day gives the day that is written, whatever the zone: one record mixes zones, and means the day it shows.
func day(s text) string {
	iso, missing, err := decode.DateReader{}.Date(string(s))
	if err != nil {
		return string(s)
	}
	if missing != decode.Present {
		return ""
	}
	return iso
}

// moment gives an instant in UTC, by which releases of one process are ordered.
func moment(s text) string {
	t, missing, err := decode.DateReader{}.DateTime(string(s))
	if err != nil {
		return string(s)
	}
	if missing != decode.Present {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
