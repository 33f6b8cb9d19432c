package cases

import (
	"encoding/json"
	"fmt"
	"time"

	"bellwether/casework/decisions"
	"bellwether/casework/store"
)

// Intelligence is the register of what people know. Its answers are those of a note about a provider without a case, too.
const Intelligence = "intelligence"

// noteVersions are the versions of a case's pieces of intelligence, by number. A case itself keeps only what each says now.
type noteVersions map[int][]decisions.NoteVersion

// keepNote keeps the version of a piece of intelligence that an event of a case records.
func keepNote(all map[string]noteVersions, caseID string, e store.Event) error {
	if e.Type != recorded && e.Type != amended {
		return nil
	}
	var p payload
	if err := json.Unmarshal(e.Data, &p); err != nil {
		return fmt.Errorf("cases: event %d cannot be read: %w", e.Position, err)
	}
	if p.Register != Intelligence {
		return nil
	}
	if all[caseID] == nil {
		all[caseID] = noteVersions{}
	}
	all[caseID][p.Number] = append(all[caseID][p.Number], decisions.NoteVersion{At: e.At, Values: p.Values})
	return nil
}

// CheckEntry checks the answers of one entry of a register that stands on no case, and gives what would be stored.
func CheckEntry(r Register, values map[string]string, now time.Time) (map[string]string, *InputError) {
	return (&Case{}).checkValues(r, values, now)
}
