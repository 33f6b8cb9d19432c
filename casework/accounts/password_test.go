package accounts

import (
	"crypto/rand"
	"errors"
	"regexp"
	"strings"
	"testing"

	"bellwether/casework/passphrase"
)

func TestCheckPassword(t *testing.T) {
	for _, tt := range []struct {
		password string
		want     string // part of the reason, "" for accepted
	}{
		{secret, ""},
		{"correct-horse-7", ""},
		{"ελληνικά γράμματα", ""},
		{"ωωωωωωωωωωωωωω", "many people"},
		{"pässwörd1234", "many people"},
		{"🐦🦆🦅🦉🐧🦜🦢🦩🕊🐓🦃🦚", ""},
		{"", "at least 12"},
		{"elevenchars", "at least 12"},
		{strings.Repeat("long enough ", 30), "at most 256"},
		{"aaaaaaaaaaaaaaaa", "many people"},
		{"abababababab", "many people"},
		{"abcdefghijklm", "many people"},
		{"nmlkjihgfedcba", "many people"},
		{"1234567890123", "many people"},
		{"QWERTYuiopasdf", "many people"},
		{"adamarsh1234", "many people"},
		{"AdaMarsh2026", "many people"},
		{"Bellwether2026", "many people"},
		{"password12345", "many people"},
		{"P@ssw0rd1234", "many people"},
		{"letmeinplease", "many people"},
		{"manchesterunited", "many people"},
		{"Safeguarding1!", "many people"},
		{"Larkshire2026!", "many people"},
		{"marsh-harrier-sky", ""},
		{"not letters \xff\xfe", "cannot be read"},
	} {
		err := CheckPassword(tt.password, "adamarsh", "Ada Marsh", "Larkshire")
		var refused *PasswordError
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%q = %v, want accepted", tt.password, err)
		case tt.want != "" && (!errors.As(err, &refused) || !strings.Contains(refused.Why, tt.want)):
			t.Errorf("%q = %v, want %q", tt.password, err, tt.want)
		}
	}
}

func TestGeneratedPasswordsAreAccepted(t *testing.T) {
	for range 100 {
		p, err := passphrase.New(nil, passphrase.MinWords)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckPassword(p, "ada", "Ada Marsh"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHash(t *testing.T) {
	hash, err := cheap.make(rand.Reader, secret)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^\$argon2id\$v=19\$m=8,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`).MatchString(hash) {
		t.Errorf("hash = %s", hash)
	}
	again, _ := cheap.make(rand.Reader, secret)
	if hash == again {
		t.Error("two hashes share a salt")
	}
	for password, want := range map[string]bool{secret: true, secret + " ": false, "": false, strings.ToUpper(secret): false} {
		if got, p, err := matches(hash, password); got != want || p != cheap || err != nil {
			t.Errorf("matches(%q) = %v, %v, %v", password, got, p, err)
		}
	}
	// One letter, typed as one sign or as two.
	hash, _ = cheap.make(rand.Reader, "caf\u00e9 au lait grande")
	if ok, _, _ := matches(hash, "cafe\u0301 au lait grande"); !ok {
		t.Error("another keyboard's spelling is refused")
	}
	if _, err := cheap.make(strings.NewReader("x"), secret); err == nil {
		t.Error("a hash without a salt")
	}
}

func TestDefaultCost(t *testing.T) {
	if DefaultHash.MemoryKiB < 19*1024 || DefaultHash.Passes < 2 {
		t.Errorf("the default %+v is below the least that is advised, 19 MiB and 2 passes", DefaultHash)
	}
}

func TestDamagedHashes(t *testing.T) {
	good, _ := cheap.make(rand.Reader, secret)
	for name, bad := range map[string]string{
		"empty":            "",
		"another kind":     strings.Replace(good, "argon2id", "argon2i", 1),
		"another version":  strings.Replace(good, "v=19", "v=16", 1),
		"no memory":        strings.Replace(good, "m=8", "m=0", 1),
		"all the memory":   strings.Replace(good, "m=8", "m=4294967295", 1),
		"no passes":        strings.Replace(good, "t=1", "t=0", 1),
		"endless passes":   strings.Replace(good, "t=1", "t=4000000000", 1),
		"no threads":       strings.Replace(good, "p=1", "p=0", 1),
		"too many threads": strings.Replace(good, "p=1", "p=256", 1),
		"words":            strings.Replace(good, "m=8", "m=x", 1),
		"short salt":       "$argon2id$v=19$m=8,t=1,p=1$AAAA$" + strings.Repeat("A", 43),
		"short sum":        good[:len(good)-4],
		"not base64":       good[:len(good)-1] + "!",
		"a part more":      good + "$",
		"plain text":       secret,
	} {
		if ok, _, err := matches(bad, secret); ok || !errors.Is(err, errDamagedHash) {
			t.Errorf("%s: %v, %v", name, ok, err)
		}
	}
}

func FuzzStoredHash(f *testing.F) {
	good, _ := cheap.make(rand.Reader, secret)
	f.Add(good)
	f.Add("$argon2id$v=19$m=8,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, stored string) {
		if len(stored) > 200 || strings.Contains(stored, "m=") && !strings.Contains(stored, "m=8,t=1,p=1$") {
			return // keep the cost of one run down
		}
		if ok, _, _ := matches(stored, "a password that was not hashed"); ok {
			t.Errorf("%q takes any password", stored)
		}
	})
}
