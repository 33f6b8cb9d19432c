package sets

import "testing"

func TestLoad(t *testing.T) {
	for _, id := range IDs() {
		s, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range s.Lint() {
			t.Error(f)
		}
	}
}
