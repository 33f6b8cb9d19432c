package pseudonym

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func testRing(t testing.TB) *Keyring {
	t.Helper()
	k, err := derive([]byte(strings.Repeat("0123456789abcdef", 2)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func hasher(t testing.TB, k *Keyring, domain string) *Hasher {
	t.Helper()
	h, err := k.Hasher(domain)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestPseudonymIsTheKeyedHashOfTheNormalForm(t *testing.T) {
	key, err := hkdf.Key(sha256.New, []byte(strings.Repeat("0123456789abcdef", 2)), nil, "bellwether pseudonym person", 32)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("ab123"))
	want := hex.EncodeToString(mac.Sum(nil)[:16])
	h := hasher(t, testRing(t), Person)
	for range 2 { // a hasher may be used again
		if got := h.Pseudonym(" AB 123 "); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestDomainsAndKeysDiffer(t *testing.T) {
	seen := map[string]string{}
	other, err := derive([]byte(strings.Repeat("x", 32)))
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]*Keyring{"one": testRing(t), "other": other} {
		for _, d := range []string{Person, Staff, Origin} {
			p := hasher(t, k, d).Pseudonym("12345")
			if was, twice := seen[p]; twice || len(p) != Size {
				t.Errorf("%s/%s gives %q, as does %s", name, d, p, was)
			}
			seen[p] = name + "/" + d
		}
	}
	if _, err := other.Hasher("plumber"); err == nil {
		t.Error("an unknown domain was accepted")
	}
}

func TestNormal(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"943 476 5919", "9434765919"},
		{"\t943\u00a0476\u202f5919\r\n", "9434765919"},
		{"Mosaic-00042", "mosaic-00042"},
		{"ＡＢ１２", "ab12"},         // full-width forms
		{"A\u200bB\ufeff", "ab"}, // invisible characters
		{"ÉTÉ", "été"},
		{"E\u0301", "\u00e9"},
		{"   ", ""},
		{"", ""},
	} {
		if got := Normal(c.in); got != c.want {
			t.Errorf("Normal(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	if p := hasher(t, testRing(t), Staff).Pseudonym(" \t "); p != "" {
		t.Errorf("a blank identifier got the pseudonym %s", p)
	}
}

func TestNormalProperties(t *testing.T) {
	h := hasher(t, testRing(t), Person)
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.String().Draw(t, "id")
		n := Normal(id)
		if Normal(n) != n {
			t.Fatalf("normalising %q twice gives %q, then %q", id, n, Normal(n))
		}
		if h.Pseudonym(id) != h.Pseudonym(" "+strings.ToUpper(n)+"\t") && strings.ToLower(strings.ToUpper(n)) == n {
			t.Fatalf("%q and its upper-case form with spaces differ", id)
		}
		if p := h.Pseudonym(id); p != "" && (len(p) != Size || strings.Contains(p, n) && len(n) > 8) {
			t.Fatalf("pseudonym of %q is %q", id, p)
		}
	})
}

func BenchmarkPseudonym(b *testing.B) {
	h := hasher(b, testRing(b), Person)
	b.ReportAllocs()
	for b.Loop() {
		h.Pseudonym("943 476 5919")
	}
}
