package decisions

import (
	"strings"
	"testing"
)

// TestNotesSayWhatPartnersMayKnow: each row is what a note said over time, and the lines of the extract as of a day.
func TestNotesSayWhatPartnersMayKnow(t *testing.T) {
	said := func(on, sharing string, more ...string) NoteVersion {
		v := map[string]string{"on": "2026-02-20", "source": "family", "reliability": "likely", "theme": "medicines", "bears": "worse", "sharing": sharing, "what": "Mrs Hopkins was left.", "basis": "consent"}
		for i := 0; i+1 < len(more); i += 2 {
			v[more[i]] = more[i+1]
		}
		return NoteVersion{At: day(on), Values: v}
	}
	gone := NoteVersion{At: day("2026-04-01")}
	for _, tc := range []struct {
		name     string
		asOf     string
		versions []NoteVersion
		want     []string
	}{
		{"written down", "2026-03-31", []NoteVersion{said("2026-03-02", "partners")}, []string{`"on":"2026-03-02","location_id":"L1","note_id":`}},
		{"not known yet", "2026-03-01", []NoteVersion{said("2026-03-02", "all")}, nil},
		{"amended later", "2026-03-31", []NoteVersion{said("2026-03-02", "all"), said("2026-04-02", "all", "reliability", "confirmed")}, []string{`"reliability":"likely"`}},
		{"amended", "2026-04-30", []NoteVersion{said("2026-03-02", "all"), said("2026-04-02", "all", "reliability", "confirmed")}, []string{`"version":1`, `"version":2,"happened":"2026-02-20","source":"family","reliability":"confirmed"`}},
		{"taken back", "2026-04-30", []NoteVersion{said("2026-03-02", "all"), gone}, []string{`"version":1`, `"withdrawn":true`}},
		{"for our own agency", "2026-04-30", []NoteVersion{said("2026-03-02", "agency")}, nil},
		{"for nobody", "2026-04-30", []NoteVersion{said("2026-03-02", "nobody")}, nil},
		{"for nobody any more: it leaves past runs too", "2026-03-31", []NoteVersion{said("2026-03-02", "all"), said("2026-04-02", "nobody")}, nil},
		{"for nobody, and taken back", "2026-04-30", []NoteVersion{said("2026-03-02", "nobody"), gone}, nil},
		{"for partners since a day", "2026-04-30", []NoteVersion{said("2026-03-02", "agency"), said("2026-04-02", "partners")}, []string{`"version":2`}},
		{"words where a code belongs", "2026-04-30", []NoteVersion{said("2026-03-02", "all", "theme", "Mrs Hopkins")}, []string{`"reliability":"likely","bears":"worse"`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e, err := Make(nil, Notes("case/1/intelligence/1", "P1", "L1", tc.versions), day(tc.asOf))
			if err != nil || len(e.Lines) != len(tc.want) {
				t.Fatalf("%d lines, %v:\n%s", len(e.Lines), err, e.Body)
			}
			for n, want := range tc.want {
				if got := strings.Split(string(e.Body), "\n")[n]; !strings.Contains(got, want) {
					t.Errorf("line %d is %s, want %s", n+1, got, want)
				}
			}
			for _, never := range []string{"Hopkins", "consent", "case/1"} {
				if strings.Contains(string(e.Body), never) {
					t.Errorf("the extract holds %q", never)
				}
			}
			if back, err := Read(e.Body); err != nil || back.Hash != e.Hash {
				t.Errorf("read back: %v", err)
			}
		})
	}
}
