package jsonrows

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// Text is a text that may come as a number or a boolean, whose characters are kept as sent. Null is the empty text, and so is
// an object or a list, which no text can be.
type Text string

// UnmarshalJSON reads the text.
func (t *Text) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	*t = ""
	if len(b) == 0 || bytes.Equal(b, []byte("null")) {
		return nil
	}
	switch b[0] {
	case '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = Text(strings.TrimSpace(s))
	case '{', '[':
	default:
		*t = Text(b)
	}
	return nil
}

// String returns the text.
func (t Text) String() string { return string(t) }

// List is a list that may come as one bare element. What is neither, such as a text, is an empty list.
type List[T any] []T

// UnmarshalJSON reads the list.
func (l *List[T]) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	*l = nil
	if len(b) == 0 {
		return nil
	}
	switch b[0] {
	case '[':
		var many []json.RawMessage
		if err := json.Unmarshal(b, &many); err != nil {
			return err
		}
		for _, raw := range many {
			if err := l.add(raw); err != nil {
				return err
			}
		}
		return nil
	case '{':
		return l.add(b)
	}
	if _, words := any(l).(*List[Text]); words && !bytes.Equal(b, []byte("null")) {
		return l.add(b)
	}
	return nil
}

func (l *List[T]) add(raw []byte) error {
	var x T
	if err := json.Unmarshal(raw, &x); err != nil {
		if kind := (*json.UnmarshalTypeError)(nil); errors.As(err, &kind) {
			return nil
		}
		return err
	}
	*l = append(*l, x)
	return nil
}

// Object is an object that may be absent, null or, against its description, something else: then it is empty.
type Object[T any] struct {
	Value   T
	Present bool
}

// UnmarshalJSON reads the object.
func (o *Object[T]) UnmarshalJSON(b []byte) error {
	*o = Object[T]{}
	b = bytes.TrimSpace(b)
	if len(b) == 0 || b[0] != '{' {
		return nil
	}
	o.Present = true
	return json.Unmarshal(b, &o.Value)
}
