package restricted

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"bellwether/casework/store"
)

// Cases once kept their own restriction, as events in their own stream. The book reads those as what they are, restrictions in force, so
// that there is one place that knows what is hidden. Nothing writes such events any more.
const (
	casePrefix     = "case/"
	caseRestricted = "case.restricted"
	caseLifted     = "case.lifted"
)

// idOfCase is the reference of the restriction that a case kept itself: as opaque as any other, and the same at each reading.
func idOfCase(caseID string) string {
	sum := sha256.Sum256([]byte("restriction of case " + caseID))
	return hex.EncodeToString(sum[:8])
}

// foldCase takes in an event of a case. What follows on the restriction's own stream goes on from there.
func foldCase(r Restriction, id string, e store.Event) (Restriction, error) {
	var p struct {
		Kind  string   `json:"text"`
		Named []string `json:"named"`
	}
	if err := e.Read("restricted", &p); err != nil {
		return r, err
	}
	if e.Type == caseLifted {
		r.LiftedAt, r.Proposal = e.At, nil
		return r, nil
	}
	version := r.version
	r = Restriction{ID: id, Kind: p.Kind, CaseID: strings.TrimPrefix(e.Stream, casePrefix), Ground: "Restricted on the case's own page.", Owner: e.Actor, OpenedAt: e.At, version: version}
	for _, user := range p.Named {
		r.Named = append(r.Named, Person{User: user})
	}
	return r, nil
}
