package cases

import (
	"slices"
	"strings"
	"testing"
)

func TestShippedRegisters(t *testing.T) {
	all, err := LoadRegisters(shipped)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	for _, want := range []string{"roles", "intelligence", "police", "meetings", "attendance", "resolutions", "actions", "issues", "improvements", "plans", "risks", "placements", "directory",
		"notifications", "assurance", "letters", "duty", "affected", "adults"} {
		if !slices.Contains(ids, want) {
			t.Errorf("there is no register %s", want)
		}
	}
	for id := range rules {
		if _, ok := Find(id); !ok {
			t.Errorf("there are rules for %s, which is no register", id)
		}
	}
	for _, k := range clocks {
		r, _ := Find(k.register)
		for _, field := range []string{k.by, k.until, k.what, k.owner} { // of every clock
			if _, ok := r.Field(field); !ok && field != "" {
				t.Errorf("the clock of %s reads the field %s, which it lacks", k.register, field)
			}
		}
	}
	for _, id := range policeFirst {
		if _, ok := Find(id); !ok {
			t.Errorf("police come first in %s, which is no register", id)
		}
	}
}

// TestTheTrackerHasExactlyAppendixTwo, in its order, and beyond it a due date, evidence, whose duty it is and who deputises.
func TestTheTrackerHasExactlyAppendixTwo(t *testing.T) {
	r, _ := Find("actions")
	var labels []string
	for _, f := range r.Fields {
		labels = append(labels, f.Label)
	}
	want := []string{"Meeting date", "Action number", "Action detail", "Action owner", "Organisation", "Action update", "Action completed/date completed", "Document filed?", "Due", "Evidence", "Responsibility", "Deputy", "Account of the owner, if it has one"}
	if !slices.Equal(labels, want) {
		t.Errorf("fields %q", labels)
	}
}

func TestOptionsHaveWords(t *testing.T) {
	for _, r := range Registers() {
		for _, f := range r.Fields {
			for _, o := range f.Options {
				if v, text := Option(o); strings.ContainsAny(v+text, `"|`) || v == "" || text == "" {
					t.Errorf("%s.%s: %q", r.ID, f.ID, o)
				}
			}
		}
	}
	f, _ := Registers()[0].Field("role")
	if f.Words("chair") != "Chair" || f.Words("nonsense") != "nonsense" {
		t.Error("a value is not put into its words")
	}
}

func TestRegistersThatAreRefused(t *testing.T) {
	one := func(fields string) string {
		return "registers: [{id: xx, title: T, one: o, kind: case, from: c, fields: [" + fields + "]}]"
	}
	for body, want := range map[string]string{
		"registers: []":                                       "there is none",
		"registers: [{id: X}]":                                "small letters",
		"registers: [{id: xx}]":                               "needs a title",
		"registers: [{id: xx, nonsense: 1}]":                  "nonsense",
		one(""):                                               "has no fields",
		one("{id: aa, label: A, kind: story}"):                `unknown kind "story"`,
		one("{id: aa, label: A, kind: choice}"):               "a choice has options",
		one("{id: aa, label: A, kind: text, options: [a|b]}"): "a choice has options",
		one("{id: aa, label: A, kind: choice, options: [a]}"): "not written value|words",
		one("{id: aa, label: A, kind: text}, {id: aa, label: B, kind: text}"):                   "an id of its own",
		one("{id: aa, label: A, kind: 'ref:yy'}"):                                               "no register before it",
		strings.Replace(one("{id: aa, label: A, kind: text}"), "kind: case", "kind: x", 1):      "none that the access policy has",
		strings.Replace(one("{id: aa, label: A, kind: text}"), "one: o", "one: o, class: A", 1): "its class is B or C",
	} {
		if _, err := LoadRegisters([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}
