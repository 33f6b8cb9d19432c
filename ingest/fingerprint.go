package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"reflect"
	"slices"
)

// reading is the fingerprint of everything that decides how a source's files are read: the program's version, the contracts and
// the mapping. A file that was rejected under one reading is worth trying under another.
func (l *Loader) reading(s *Source) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00", l.cfg.Version)
	for _, t := range s.Tables {
		fmt.Fprintf(h, "%s %s\x00", t, l.cfg.Tables[t].Hash)
	}
	if m := l.cfg.Mappings[s.Name]; m != nil {
		describe(h, reflect.ValueOf(m), 0)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// describe writes a value's content, without addresses and with maps in order, so that equal content gives equal bytes.
func describe(w io.Writer, v reflect.Value, depth int) {
	const deepest = 16
	if depth > deepest {
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			fmt.Fprint(w, "nil;")
			return
		}
		describe(w, v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			fmt.Fprintf(w, "%s=", v.Type().Field(i).Name)
			describe(w, v.Field(i), depth+1)
		}
	case reflect.Slice, reflect.Array:
		fmt.Fprintf(w, "[%d]", v.Len())
		for i := range v.Len() {
			describe(w, v.Index(i), depth+1)
		}
	case reflect.Map:
		fmt.Fprintf(w, "{%d}", v.Len())
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int {
			return slices.Compare([]byte(fmt.Sprint(a)), []byte(fmt.Sprint(b)))
		})
		for _, k := range keys {
			describe(w, k, depth+1)
			describe(w, v.MapIndex(k), depth+1)
		}
	case reflect.String:
		fmt.Fprintf(w, "%q;", v.String())
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
	default:
		fmt.Fprintf(w, "%v;", v)
	}
}
