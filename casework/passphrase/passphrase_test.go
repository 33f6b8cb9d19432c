package passphrase

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestList(t *testing.T) {
	if len(words) != 2048 {
		t.Errorf("%d words, want 2048", len(words))
	}
	if !slices.IsSorted(words) || len(slices.Compact(slices.Clone(words))) != len(words) {
		t.Error("the list is not sorted without repeats")
	}
	plain := regexp.MustCompile(`^[a-z]{4,8}$`)
	for _, w := range words {
		if !plain.MatchString(w) {
			t.Errorf("%q is not 4 to 8 plain letters", w)
		}
	}
}

func TestNew(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		p, err := New(nil, MinWords)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(p, "-")
		if len(parts) != MinWords {
			t.Fatalf("%d words in a password of %d", len(parts), MinWords)
		}
		for _, w := range parts {
			if _, found := slices.BinarySearch(words, w); !found {
				t.Fatal("a word is not in the list")
			}
		}
		if seen[p] {
			t.Fatal("the same password came twice")
		}
		seen[p] = true
	}
}

func TestEveryWordIsReachedEvenly(t *testing.T) {
	// A reader that counts through two bytes reaches each of 2048 words equally
	// often, so the counts show any bias of the choice itself.
	counts := map[string]int{}
	var source bytes.Buffer
	for i := range 6 * 2048 {
		source.Write([]byte{byte(i >> 8), byte(i)})
	}
	for range 2048 {
		p, err := New(&source, MinWords)
		if err != nil {
			t.Fatal(err)
		}
		for w := range strings.SplitSeq(p, "-") {
			counts[w]++
		}
	}
	for _, w := range words {
		if counts[w] != 6 {
			t.Fatalf("%q came %d times, want 6", w, counts[w])
		}
	}
}

func TestRefuses(t *testing.T) {
	if _, err := New(nil, MinWords-1); err == nil {
		t.Error("five words were accepted")
	}
	if p, err := New(strings.NewReader("x"), MinWords); err == nil || p != "" {
		t.Errorf("New with a reader that ends = %q, %v", p, err)
	}
}

func TestBits(t *testing.T) {
	if got := Bits(6); got != 66 {
		t.Errorf("Bits(6) = %v, want 66", got)
	}
	if got := Bits(7); got != 77 {
		t.Errorf("Bits(7) = %v, want 77", got)
	}
}
