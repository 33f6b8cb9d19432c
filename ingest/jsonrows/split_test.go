package jsonrows_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/ingest/jsonrows"
)

// split shows every value on a line; a fault follows an exclamation mark, "cut" says that the delivery stops there.
func split(text string, lines bool) []string {
	s := jsonrows.NewSplitter(strings.NewReader(text), lines)
	var out []string
	for {
		v, err := s.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			return append(out, err.Error())
		}
		line := fmt.Sprintf("%d %s", v.No, v.Raw)
		if v.Fault != "" {
			line = fmt.Sprintf("%d ! %s", v.No, v.Fault)
			if v.Cut {
				line += " (cut)"
			}
		}
		out = append(out, line)
		if len(out) > 100 {
			return append(out, "no end")
		}
	}
}

func TestSplit(t *testing.T) {
	tests := []struct {
		name, text string
		lines      bool
		want       []string
	}{
		{"nothing", "", false, nil},
		{"spaces", " \n\t", false, nil},
		{"one object", `{"a":1}`, false, []string{`1 {"a":1}`}},
		{"objects one after the other", "{\"a\":1}\n{\"b\":[2,3]} {}", false, []string{`1 {"a":1}`, `2 {"b":[2,3]}`, `3 {}`}},
		{"a list", ` [ {"a":1} , {"b":2}, 3,"x" ] `, false, []string{`1 {"a":1}`, `2 {"b":2}`, `3 3`, `4 "x"`}},
		{"an empty list", "[]", false, nil},
		{"brackets inside texts", `[{"a":"}]\"{"}]`, false, []string{`1 {"a":"}]\"{"}`}},
		{"a list inside a list", `[[1,2],[3]]`, false, []string{`1 [1,2]`, `2 [3]`}},
		{"a bare word", `null`, false, []string{"1 null"}},
		{"an object cut short", `{"a":{"b":1}`, false, []string{"1 ! the value has no end: the file has been cut short (cut)"}},
		{"a text cut short", `{"a":"b`, false, []string{"1 ! the value has no end: the file has been cut short (cut)"}},
		{"a list cut short after a value", `[{"a":1}`, false, []string{`1 {"a":1}`, "2 ! the list has no end: the file stops before its closing bracket (cut)"}},
		{"a list cut short after a comma", `[{"a":1},`, false, []string{`1 {"a":1}`, "2 ! the list has no end: the file stops after a comma (cut)"}},
		{"a list cut short in a value", `[{"a":1},{"b`, false, []string{`1 {"a":1}`, "2 ! the value has no end: the file has been cut short (cut)"}},
		{"more after a list", `[1] 2`, false, []string{"1 1", "2 ! there is more text after the end of the list"}},
		{"a bracket too many", "{} ]", false, []string{"1 {}", `2 ! a ']' stands where a value should`}},
		{"a comma too many", `[1,,2]`, false, []string{"1 1", `2 ! a ',' stands where a value should`}},
		{"values without commas", `[1 2]`, false, []string{"1 1", "2 2"}},
		{"lines", "{\"a\":1}\r\n\n  {\"b\":2}\n", true, []string{`1 {"a":1}`, `2 {"b":2}`}},
		{"no break after the last line", "{\"a\":1}\n{\"b\":2}", true, []string{`1 {"a":1}`, `2 {"b":2}`}},
		{"a broken line among lines", "{\"a\":1}\n{\"b\":\n{\"c\":3}\n", true, []string{`1 {"a":1}`, `2 {"b":`, `3 {"c":3}`}},
		{"the last line cut short", "{\"a\":1}\n{\"b\":\"", true, []string{`1 {"a":1}`, "2 ! the last line has no end: the file has been cut short (cut)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, split(tt.text, tt.lines)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestMembers(t *testing.T) {
	tests := []struct {
		name, text string
		names      []string
		values     []string
		whole      bool
	}{
		{"an object", ` { "a" : 1 , "b":{"c":[2]} } `, []string{"a", "b"}, []string{"1", `{"c":[2]}`}, true},
		{"an empty object", "{}", nil, nil, true},
		{"not an object", "[1]", nil, nil, false},
		{"no colon", `{"a" 1}`, nil, nil, false},
		{"a number that is none", `{"a":1 000,"b":2}`, []string{"a", "b"}, []string{"1 000", "2"}, true},
		{"cut short in a value", `{"a":1,"b":[{"c":2},{"d`, []string{"a", "b"}, []string{"1", `[{"c":2},{"d`}, false},
		{"cut short in a name", `{"a":1,"b`, []string{"a"}, []string{"1"}, false},
		{"cut short after an escape", `{"a":"\`, []string{"a"}, []string{`"\`}, false},
		{"a comma and nothing", `{"a":1,}`, []string{"a"}, []string{"1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			names, values, whole := jsonrows.Members([]byte(tt.text))
			var texts []string
			for _, v := range values {
				texts = append(texts, string(v))
			}
			if d := cmp.Diff(tt.names, names) + cmp.Diff(tt.values, texts); d != "" || whole != tt.whole {
				t.Errorf("whole %v\n%s", whole, d)
			}
		})
	}
}

func TestRepair(t *testing.T) {
	tests := []struct {
		in, want string
		count    int
	}{
		{`{"a":1,"b":-2.5e3,"c":0}`, `{"a":1,"b":-2.5e3,"c":0}`, 0},
		{`{"a":1e9999}`, `{"a":null}`, 1},
		{`{"a": 000,"b":2}`, `{"a": null,"b":2}`, 1},
		{`{"a": 250 000 ,"b":2}`, `{"a": null ,"b":2}`, 1},
		{`[+1,.5,1.,--1,1-2]`, `[null,null,null,null,null]`, 5},
		{`{"a":"000 \" 1e9999","b":007}`, `{"a":"000 \" 1e9999","b":null}`, 1},
		{`{"a":true,"b":null,"c":false}`, `{"a":true,"b":null,"c":false}`, 0},
		{`{"a":"x\`, `{"a":"x\`, 0},
	}
	for _, tt := range tests {
		got, count := jsonrows.Repair([]byte(tt.in))
		if string(got) != tt.want || count != tt.count {
			t.Errorf("Repair(%s) = %s, %d; want %s, %d", tt.in, got, count, tt.want, tt.count)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{`[{"a":1},{"b":"\""}]`, "{}\n{}", `[1,[2],{`, `]`, `,`, `"`, "[1]]", "[,]"} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, lines bool) {
		s := jsonrows.NewSplitter(strings.NewReader(text), lines)
		for n := 0; ; n++ {
			v, err := s.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if n > len(text)+1 {
				t.Fatal("more values than characters")
			}
			names, values, _ := jsonrows.Members(v.Raw)
			if len(names) != len(values) {
				t.Fatal("names and values differ in number")
			}
			fixed, count := jsonrows.Repair(v.Raw)
			if count == 0 && string(fixed) != string(v.Raw) {
				t.Fatalf("nothing was repaired, but %q became %q", v.Raw, fixed)
			}
		}
	})
}
