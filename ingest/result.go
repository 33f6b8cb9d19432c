package ingest

import (
	"fmt"
	"sort"
	"time"
)

// Status is what became of a delivery.
type Status string

// The outcomes of a delivery.
const (
	StatusLoaded          Status = "loaded"
	StatusRejected        Status = "rejected"
	StatusAlreadyLoaded   Status = "already loaded"
	StatusAlreadyRejected Status = "already rejected"
	StatusWouldLoad       Status = "would load"
	StatusWouldReject     Status = "would reject"
)

// Result tells what became of one delivery.
type Result struct {
	LoadID   string
	Source   string
	File     string
	Received time.Time
	Bytes    int64
	Status   Status

	RowsRead        int64 // RowsLoaded + RowsQuarantined + RowsRepeated
	RowsLoaded      int64
	RowsQuarantined int64
	RowsRepeated    int64 // identical to an earlier row of the file, and so left out
	Tables          map[string]int64
	DataFrom        time.Time // zero if the file gives no dates
	DataTo          time.Time

	Problems      []Problem // the first ones
	ProblemCounts []ProblemCount
	Notes         []string
	Rejection     *FileError // on a rejected file
}

// ProblemCount says how many values of a column were refused for one reason.
type ProblemCount struct {
	Table, Column, Code string
	Count               int64
}

// Summary is one line for a person.
func (r Result) Summary() string {
	switch r.Status {
	case StatusAlreadyLoaded:
		return fmt.Sprintf("%s: the same file is already loaded (%s); nothing to do", r.File, short(r.LoadID))
	case StatusAlreadyRejected:
		return fmt.Sprintf("%s: the same file was rejected before, and nothing about its reading has changed: %s", r.File, r.Rejection.Reason)
	case StatusRejected, StatusWouldReject:
		return fmt.Sprintf("%s: %s", r.Status, r.Rejection)
	}
	s := fmt.Sprintf("%s: %s %d of %d rows", r.File, r.Status, r.RowsLoaded, r.RowsRead)
	if r.RowsQuarantined > 0 {
		s += fmt.Sprintf(", %d held in quarantine", r.RowsQuarantined)
	}
	if r.RowsRepeated > 0 {
		s += ", " + counted(r.RowsRepeated, "repeated row", "repeated rows") + " left out"
	}
	return s
}

// Progress is told while a file is read.
type Progress struct {
	Source, File string
	Rows         int64 // read so far
	Bytes        int64 // how far into the file
	TotalBytes   int64
}

// counted writes a number with the word that fits it.
func counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func short(id string) string { return id[:min(12, len(id))] }

// tally counts problems by table, column and code.
type tally map[ProblemCount]int64

func (t tally) add(p Problem) { t[ProblemCount{Table: p.Table, Column: p.Column, Code: p.Code}]++ }

// list gives the counts, the largest first.
func (t tally) list() []ProblemCount {
	out := make([]ProblemCount, 0, len(t))
	for k, n := range t {
		k.Count = n
		out = append(out, k)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.Count != b.Count {
			return a.Count > b.Count
		}
		return a.Table+"\x00"+a.Column+"\x00"+a.Code < b.Table+"\x00"+b.Column+"\x00"+b.Code
	})
	return out
}
