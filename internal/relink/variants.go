package relink

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"bellwether/ingest/pseudonym"
)

// Variant is another way in which an entry may have been written, and how it differs in plain words.
type Variant struct{ Text, How string }

// maxForms bounds how many whole forms of a name are tried, each with every slip of one letter.
const maxForms = 24

// short are given names that are often written one for the other.
var short = [][]string{
	{"william", "will", "bill", "billy", "liam"}, {"robert", "rob", "bob", "bobby"}, {"richard", "rick", "dick", "rich"}, {"elizabeth", "liz", "beth", "lizzie", "betty"},
	{"margaret", "maggie", "peggy", "meg"}, {"catherine", "katherine", "kathryn", "kate", "cathy", "kathy", "katie"}, {"james", "jim", "jimmy", "jamie"},
	{"john", "jon", "jack", "johnny"}, {"jonathan", "jonathon", "jon"}, {"michael", "mike", "mick", "micheal"}, {"thomas", "tom", "tommy"}, {"anthony", "tony", "antony"},
	{"christopher", "chris"}, {"christine", "chris", "christina", "tina"}, {"susan", "sue", "susie"}, {"patricia", "pat", "trish", "tricia"}, {"patrick", "pat", "paddy"},
	{"david", "dave"}, {"stephen", "steven", "steve"}, {"edward", "ed", "eddie", "ted"}, {"alexander", "alex", "sandy"}, {"alexandra", "alex", "sandra"}, {"deborah", "debbie", "deb", "debra"},
	{"mohammed", "muhammad", "mohamed", "mohammad", "mohd"}, {"nicholas", "nick", "nicolas"}, {"samuel", "sam"}, {"samantha", "sam"}, {"andrew", "andy"}, {"victoria", "vicky", "vicki"},
	{"sara", "sarah"}, {"ann", "anne", "anna", "annie"}, {"philip", "phillip", "phil"}, {"geoffrey", "jeffrey", "geoff", "jeff"}, {"matthew", "matt", "mathew"}, {"daniel", "dan", "danny"},
}

// Variants gives the other spellings of an entry. A reference, which is what holds a digit, has none but its punctuation: one digit more
// or less is somebody else.
func Variants(entry string) []Variant {
	own := pseudonym.Normal(entry)
	if own == "" {
		return nil
	}
	seen := map[string]bool{own: true}
	var out []Variant
	add := func(text, how string) bool {
		n := pseudonym.Normal(text)
		if n == "" || seen[n] {
			return false
		}
		seen[n] = true
		out = append(out, Variant{n, how})
		return true
	}
	if strings.ContainsFunc(own, unicode.IsDigit) {
		add(onlyLettersAndDigits(own), "without its punctuation")
		return out
	}
	forms := []string{own}
	for _, f := range nameForms(entry) {
		if len(forms) < maxForms && add(f.Text, f.How) {
			forms = append(forms, pseudonym.Normal(f.Text))
		}
	}
	for _, f := range forms {
		if len([]rune(f)) < 6 {
			continue // one letter of so few makes another name of most
		}
		slips(f, func(s string) { add(s, "one letter differs") })
	}
	return out
}

func onlyLettersAndDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// plainName takes accents and punctuation off a name and cuts it into its parts.
func plainName(entry string) []string {
	bare := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’', r == '.':
			return -1
		case unicode.IsLetter(r):
			return r
		}
		return ' '
	}, norm.NFD.String(strings.ToLower(entry)))
	return strings.Fields(bare)
}

// nameForms are the ways in which people write one name: in either order, with and without a comma, a middle name, a title, an initial
// for a given name, or a short form of it.
func nameForms(entry string) []Variant {
	parts := slices.DeleteFunc(plainName(entry), func(p string) bool {
		return slices.Contains([]string{"mr", "mrs", "ms", "miss", "mx", "dr"}, p)
	})
	if len(parts) == 0 {
		return nil
	}
	if len(parts) == 1 {
		return []Variant{{parts[0], "without its punctuation"}}
	}
	// Which part is the family name: the last, or the first where a comma says so.
	given, family := parts[:len(parts)-1], parts[len(parts)-1]
	if before, _, comma := strings.Cut(entry, ","); comma {
		if n := len(plainName(before)); n > 0 && n < len(parts) {
			given, family = parts[n:], strings.Join(parts[:n], " ")
		}
	}
	var out []Variant
	both := func(given, how string) {
		out = append(out, Variant{given + " " + family, how}, Variant{family + ", " + given, how}, Variant{family + " " + given, how})
	}
	all := strings.Join(given, " ")
	both(all, "the same name, written otherwise")
	if len(given) > 1 {
		both(given[0], "without a middle name")
	}
	for _, group := range short {
		if slices.Contains(group, given[0]) {
			for _, other := range group {
				if other != given[0] {
					out = append(out, Variant{other + " " + family, "another form of the given name"}, Variant{family + ", " + other, "another form of the given name"})
				}
			}
		}
	}
	initial := string([]rune(given[0])[:1])
	both(initial, "with an initial only")
	return out
}

// slips visits every text that differs from s by one letter left out, added, exchanged, or by two that changed places.
func slips(s string, visit func(string)) {
	r := []rune(s)
	const letters = "abcdefghijklmnopqrstuvwxyz"
	for i := range len(r) + 1 {
		head, tail := string(r[:i]), string(r[i:])
		for _, c := range letters {
			visit(head + string(c) + tail)
			if i < len(r) {
				visit(head + string(c) + string(r[i+1:]))
			}
		}
		if i < len(r) {
			visit(head + string(r[i+1:]))
		}
		if i+1 < len(r) {
			visit(head + string(r[i+1]) + string(r[i]) + string(r[i+2:]))
		}
	}
}
