package class

import (
	"testing"

	"pgregory.net/rapid"
)

type public struct {
	_    struct{} `class:"A"`
	Name string
}

type flag struct {
	_        struct{} `class:"B"`
	Sentence string
}

type person struct {
	Key string `class:"C"`
	Age int
}

type page struct {
	Title  string
	Public []public
	Flags  []flag
	Person *person
	ByName map[string]flag
	Any    any
}

func TestOf(t *testing.T) {
	for _, tc := range []struct {
		name string
		in   any
		want Class
	}{
		{"nothing", nil, None},
		{"an empty page", page{Title: "Market"}, None},
		{"public facts", page{Public: []public{{Name: "Larkfield"}}}, A},
		{"an empty list marks nothing", page{Public: []public{{Name: "x"}}, Flags: []flag{}}, A},
		{"a flag", page{Flags: []flag{{Sentence: "9 concerns"}}}, B},
		{"a flag in a map", page{ByName: map[string]flag{"a": {Sentence: "s"}}}, B},
		{"a flag behind an interface", page{Any: &flag{Sentence: "s"}}, B},
		{"a person's key", page{Flags: []flag{{Sentence: "s"}}, Person: &person{Key: "k"}}, C},
		{"a person without the key", page{Person: &person{Age: 80}}, None},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Of(tc.in); got != tc.want {
				t.Errorf("Of = %s, want %s", got, tc.want)
			}
		})
	}
}

func TestParseFailsHigh(t *testing.T) {
	for in, want := range map[string]Class{"A": A, "B": B, "C": C, "D": D, "": D, "b": D, "AB": D} {
		if got := Parse(in); got != want {
			t.Errorf("Parse(%q) = %s, want %s", in, got, want)
		}
	}
	if Class(9).String() != "?" || None.String() != "-" || C.String() != "C" {
		t.Error("a class prints as its letter")
	}
}

func TestMarkingNeverLowerThanWhatIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		flags := rapid.IntRange(0, 3).Draw(t, "flags")
		people := rapid.IntRange(0, 3).Draw(t, "people")
		var shown []any
		for range flags {
			shown = append(shown, flag{Sentence: "s"})
		}
		for range people {
			shown = append(shown, person{Key: "k"})
		}
		mark := DefaultMarkings.For(Of(shown...))
		if mark.Sensitive != (flags+people > 0) {
			t.Fatalf("%d flags and %d people marked %q", flags, people, mark.Text)
		}
	})
}

func TestDeclared(t *testing.T) {
	if c, ok := Declared(flag{}); !ok || c != B {
		t.Errorf("flag declares %s %v", c, ok)
	}
	for _, v := range []any{person{}, 3, nil} {
		if _, ok := Declared(v); ok {
			t.Errorf("%T declares a class", v)
		}
	}
}
