package decisions

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Note is what a line of intelligence says: coded answers and never a word that somebody typed, so that neither a name nor an
// allegation in free text can reach a snapshot.
type Note struct {
	NoteID  string `json:"note_id,omitempty"`
	Version int    `json:"version,omitempty"`
	// Happened is the day of the event or report; the line's own day is when it was written down.
	Happened    string `json:"happened,omitempty"`
	Source      string `json:"source,omitempty"`
	Reliability string `json:"reliability,omitempty"`
	Theme       string `json:"theme,omitempty"`
	Bears       string `json:"bears,omitempty"`
	Elsewhere   string `json:"elsewhere,omitempty"`
	Sharing     string `json:"sharing,omitempty"`
	Withdrawn   bool   `json:"withdrawn,omitempty"`
}

func (n Note) check() error {
	if _, err := time.Parse(time.DateOnly, n.Happened); n.NoteID == "" || n.Version < 1 || err != nil && !n.Withdrawn {
		return fmt.Errorf("a piece of intelligence has an id, a version and a day")
	}
	return nil
}

// NoteVersion is what a piece of intelligence said from a moment on: the answers of its form by field, nil once it was withdrawn.
type NoteVersion struct {
	At     time.Time
	Values map[string]string
}

// Shared are the sharing limits under which a piece of intelligence may leave casework: a provider's timeline and its flags are read by
// the partners of the group.
var Shared = []string{"all", "partners"}

// Notes gives the lines of one piece of intelligence, one a version, so that a run as of an earlier day and each weekly look read what was
// known then. The limit that holds today decides for all of them: what partners may not know now enters no run made from now on.
// Name is the note's own name in casework, from which its id is made; the name itself may say that there is a case.
func Notes(name, provider, location string, versions []NoteVersion) []Line {
	if len(versions) == 0 || provider == "" {
		return nil
	}
	for _, v := range slices.Backward(versions) {
		if v.Values == nil {
			continue
		}
		if !slices.Contains(Shared, v.Values["sharing"]) {
			return nil
		}
		break
	}
	sum := sha256.Sum256([]byte("intelligence\x00" + name))
	id := hex.EncodeToString(sum[:8])
	var out []Line
	for n, v := range versions {
		if v.Values != nil && !slices.Contains(Shared, v.Values["sharing"]) {
			continue // written before partners were let know
		}
		out = append(out, Line{Kind: Intelligence, ProviderID: provider, LocationID: location, On: v.At.Format(time.DateOnly),
			Note: Note{NoteID: id, Version: n + 1, Happened: v.Values["on"], Source: coded(v.Values["source"]), Reliability: coded(v.Values["reliability"]), Theme: coded(v.Values["theme"]),
				Bears: coded(v.Values["bears"]), Elsewhere: coded(v.Values["elsewhere"]), Sharing: coded(v.Values["sharing"]), Withdrawn: v.Values == nil}})
	}
	return out
}

var codeForm = regexp.MustCompile(`^[a-z][a-z_]{0,19}$`)

// coded lets an answer through that is one of a list, and nothing that could be somebody's words.
func coded(answer string) string {
	if codeForm.MatchString(answer) {
		return answer
	}
	return ""
}
