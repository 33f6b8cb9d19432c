// Package class knows how sensitive each shown field is and computes a page's protective marking from what the page holds.
//
// A value says its class with a struct tag: `class:"B"` on a field covers that field, and on the blank field `_` covers the
// whole struct. [Of] walks a value and answers the highest class among the fields that are filled in, so an empty list of flags
// does not mark a page that shows none.
package class

import (
	"reflect"
	"sync"
)

// Class orders data by sensitivity; a higher class needs a narrower audience.
type Class uint8

// The classes, least sensitive first.
const (
	None Class = iota
	// A is public facts and disclosure-controlled counts.
	A
	// B is identifiable to a provider: flags, levels, scores, contract monitoring.
	B
	// C is person-level rows under pseudonyms, and case detail.
	C
	// D is re-identified or special material.
	D
)

const letters = "-ABCD"

// String gives the class's letter, or "-" for a value that holds nothing classed.
func (c Class) String() string {
	if int(c) >= len(letters) {
		return "?"
	}
	return letters[c : c+1]
}

// Parse reads a class's letter; an unknown letter is D, so that a slip in a tag never lowers a marking.
func Parse(s string) Class {
	for i := 1; i < len(letters); i++ {
		if s == letters[i:i+1] {
			return Class(i)
		}
	}
	return D
}

// Of gives the highest class among the filled-in fields of the values.
func Of(values ...any) Class {
	var top Class
	for _, v := range values {
		walk(reflect.ValueOf(v), &top)
	}
	return top
}

func walk(v reflect.Value, top *Class) {
	if !v.IsValid() || *top == D || !classed(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), top)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			walk(v.Index(i), top)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			walk(it.Value(), top)
		}
	case reflect.Struct:
		walkStruct(v, top)
	}
}

func walkStruct(v reflect.Value, top *Class) {
	t := v.Type()
	for i := range t.NumField() {
		field := t.Field(i)
		tag, tagged := field.Tag.Lookup("class")
		if field.Name == "_" {
			if tagged && !v.IsZero() {
				raise(top, Parse(tag))
			}
			continue
		}
		if tagged && !v.Field(i).IsZero() {
			raise(top, Parse(tag))
		}
		walk(v.Field(i), top)
	}
}

func raise(top *Class, c Class) {
	if c > *top {
		*top = c
	}
}

// known remembers which types can hold classed fields, so that walking a page's long lists of plain values costs nothing.
var known sync.Map // reflect.Type → bool

func classed(t reflect.Type) bool {
	if yes, ok := known.Load(t); ok {
		return yes.(bool)
	}
	yes := look(t, map[reflect.Type]bool{})
	known.Store(t, yes)
	return yes
}

func look(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return look(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if _, ok := t.Field(i).Tag.Lookup("class"); ok || look(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}

// Declared gives the class that a struct type states for itself with the blank field's tag, and whether it states one.
func Declared(v any) (Class, bool) {
	t := reflect.TypeOf(v)
	if t == nil || t.Kind() != reflect.Struct {
		return None, false
	}
	for i := range t.NumField() {
		if tag, ok := t.Field(i).Tag.Lookup("class"); ok && t.Field(i).Name == "_" {
			return Parse(tag), true
		}
	}
	return None, false
}
