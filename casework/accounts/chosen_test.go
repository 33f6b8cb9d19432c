package accounts

import (
	"context"
	"crypto/sha1" //nolint:gosec // the form of the public lists
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// writeList writes a list of passwords: as they are, or as sorted digests with counts.
func writeList(t *testing.T, digests bool, passwords ...string) string {
	t.Helper()
	var lines []string
	for i, p := range passwords {
		if digests {
			p = fmt.Sprintf("%X:%d", sha1.Sum([]byte(p)), i*37+1) //nolint:gosec // see above
		}
		lines = append(lines, p)
	}
	if digests {
		slices.Sort(lines)
	}
	path := filepath.Join(t.TempDir(), "leaked.txt")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\r\n")+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLeakedListAreFound looks up every password of lists of many lengths, and as many that aren't in them.
func TestLeakedListAreFound(t *testing.T) {
	for _, digests := range []bool{false, true} {
		for _, n := range []int{1, 2, 3, 7, 64, 1000} {
			var in []string
			for i := range n {
				in = append(in, fmt.Sprintf("heron %d lantern", i))
			}
			l, err := OpenLeaked(writeList(t, digests, in...))
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range in {
				if ok, err := l.Holds(p); !ok || err != nil {
					t.Errorf("digests %v: %d of %d isn't found: %v", digests, i, n, err)
				}
				if ok, err := l.Holds(p + "s"); ok || err != nil {
					t.Errorf("digests %v: what isn't in it is found: %v", digests, err)
				}
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	var none *Leaked
	if ok, err := none.Holds("anything"); ok || err != nil || none.Close() != nil {
		t.Error("no list holds something")
	}
}

func TestListsThatCannotBeUsed(t *testing.T) {
	if _, err := OpenLeaked(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a list that isn't there")
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLeaked(empty); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("an empty list: %v", err)
	}
	bad := writeList(t, true, "one", "two", "three")
	src, err := os.ReadFile(bad)
	if err != nil {
		t.Fatal(err)
	}
	for i := 43; i < len(src); i++ {
		if src[i] != '\n' {
			src[i] = '!'
		}
	}
	if err := os.WriteFile(bad, src, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := OpenLeaked(bad)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if _, err := l.Holds("zebra"); err == nil || strings.Contains(err.Error(), "!!") {
		t.Errorf("a damaged list: %v", err)
	}
}

// TestALeakedPasswordIsNotTaken sets passwords in every way that there is.
func TestALeakedPasswordIsNotTaken(t *testing.T) {
	const known = "heron lantern on the weir"
	l, err := OpenLeaked(writeList(t, true, known))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	f := setUp(t)
	f.leaked = l
	ctx := context.Background()
	var refused *PasswordError
	if _, err := f.Create(ctx, "test", NewAccount{Username: "leaky", Name: "Lea Ky", Roles: []string{"auditor"}, Password: known}); !errors.As(err, &refused) || !strings.Contains(refused.Why, "published") {
		t.Errorf("a new account: %v", err)
	}
	a, err := f.Create(ctx, "test", NewAccount{Username: "leaky", Name: "Lea Ky", Roles: []string{"auditor"}, Password: secret})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetPassword(ctx, a.ID, known, false); !errors.As(err, &refused) {
		t.Errorf("an administrator's: %v", err)
	}
	if err := f.ChangePassword(ctx, a.ID, secret, known, ""); !errors.As(err, &refused) {
		t.Errorf("the own: %v", err)
	}
	token, err := f.Reset(ctx, "test", a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Redeem(ctx, token, known); !errors.As(err, &refused) {
		t.Errorf("by a link: %v", err)
	}
}
