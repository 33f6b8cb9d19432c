package access

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// agreedWays reads the agreed matrix: for each role, action, class and kind the sets of facts of which one must hold whole. It reads
// the file that people agree on and knows nothing of the policy.
func agreedWays(t *testing.T) map[key][][]string {
	t.Helper()
	body, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	ways, role := map[key][][]string{}, ""
	for line := range strings.Lines(string(body)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !strings.HasPrefix(line, " ") {
			role = line
			continue
		}
		what, when, ok := strings.Cut(strings.TrimSpace(line), ": ")
		words := strings.Fields(what)
		if !ok || len(words) < 3 {
			continue
		}
		sets := [][]string{{}}
		if when != "yes" {
			sets = nil
			for _, way := range strings.Split(strings.TrimPrefix(when, "if "), ", or if ") {
				sets = append(sets, strings.Split(way, " and "))
			}
		}
		for _, k := range words[2:] {
			at := key{role, Action(words[0]), Class(words[1]), Kind(strings.TrimSuffix(k, ","))}
			ways[at] = append(ways[at], sets...)
		}
	}
	return ways
}

// standing is where somebody stands to a restriction.
type standing string

const (
	unnamed standing = "not named"
	named   standing = "named"
	broke   standing = "has opened it in an emergency"
)

// tenancies are what another authority's people can be to a provider: which of the two facts hold, and for whom.
var tenancies = map[string]func(*Resource){
	"nothing shared, nobody placed": func(*Resource) {},
	"shared":                        func(r *Resource) { r.SharedWith = []string{"org-1"} },
	"placed":                        func(r *Resource) { r.PlacingAuthorities = []string{"org-1"} },
	"shared and placed":             func(r *Resource) { r.SharedWith, r.PlacingAuthorities = []string{"org-1"}, []string{"org-1"} },
	"shared with another, placed by another": func(r *Resource) {
		r.SharedWith, r.PlacingAuthorities = []string{"org-2"}, []string{"org-2"}
	},
}

// mayKnowIt is the law of restricted cases, written down apart from the program: a list of names opens it; emergency access lets its
// holder look, and never at what is the police's.
func mayKnowIt(restriction string, stands standing, a Action, k Kind) bool {
	switch {
	case restriction == "" || stands == named:
		return true
	case stands == broke:
		return a == View && restriction != PoliceRestriction && k != Police
	}
	return false
}

// TestWholeMatrix asks about every role, action, class, kind, restriction, standing to it, and tenancy, with every other fact true, and
// holds each answer to the agreed matrix and the law of restricted cases.
func TestWholeMatrix(t *testing.T) {
	ways := agreedWays(t)
	if len(ways) < 200 {
		t.Fatalf("only %d agreed answers were read", len(ways))
	}
	kinds := slices.Sorted(maps.Keys(knownKinds))
	others := slices.DeleteFunc(slices.Clone(allFacts), func(f string) bool { return f == "shared" || f == "placed" || f == "broken_glass" })
	asked, wrong, allowed := 0, 0, 0
	for _, role := range Default().RoleNames() {
		for tenancy, settle := range tenancies {
			for _, stands := range []standing{unnamed, named, broke} {
				for _, why := range []string{"", PoliceRestriction, ComplicitRestriction, ConflictRestriction, CourtRestriction} {
					facts := map[string]bool{}
					for _, f := range others {
						facts[f] = true
					}
					facts["shared"], facts["placed"] = strings.HasPrefix(tenancy, "shared") && !strings.Contains(tenancy, "another"), strings.HasSuffix(tenancy, "placed") && !strings.HasPrefix(tenancy, "nothing")
					facts["broken_glass"] = stands == broke
					for _, a := range allActions {
						for _, c := range allClasses {
							for _, k := range kinds {
								s, r := request(role, c, k, others...)
								settle(&r)
								r.Restricted, r.Named = why, []string{"u9"}
								if stands == named {
									r.Named = []string{"u9", "u1"}
								}
								if stands == broke {
									s.BrokenGlass = []string{"c1"}
								}
								want := mayKnowIt(why, stands, a, k) && slices.ContainsFunc(ways[key{role, a, c, k}], func(way []string) bool {
									return !slices.ContainsFunc(way, func(f string) bool { return !facts[f] })
								})
								got := Authorise(s, a, r)
								asked++
								if got.Allow {
									allowed++
								}
								hides := !mayKnowIt(why, stands, a, k)
								if got.Allow != want || hides && !got.Hide {
									if wrong++; wrong < 20 {
										t.Error(fmt.Sprintf("%s %s %s %s, restricted %q, %s, %s", role, a, c, k, why, stands, tenancy), "=", got, "want", want)
									}
								}
							}
						}
					}
				}
			}
		}
	}
	t.Logf("%d requests, %d allowed, %d not as agreed: %.2f %% as agreed", asked, allowed, wrong, 100*float64(asked-wrong)/float64(asked))
	if allowed == 0 || wrong > 0 {
		t.Errorf("%d of %d answers are not as agreed", wrong, asked)
	}
}
