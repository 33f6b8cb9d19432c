package cqcapi

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// personal are the members of a body that name a person.
var personal = []string{"personTitle", "personGivenName", "personFamilyName"}

// withoutNames takes the names of people out of a body; the roles stay, since whether anyone holds one is what matters.
func withoutNames(raw []byte) (json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // ids and coordinates keep their digits
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("a body of the CQC API can't be read: %w", err)
	}
	strip(v)
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

func strip(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range personal {
			delete(v, k)
		}
		for _, inner := range v {
			strip(inner)
		}
	case []any:
		for _, inner := range v {
			strip(inner)
		}
	}
}
