package access

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the matrix anew: read the difference before committing it")

var (
	allClasses = []Class{ClassA, ClassB, ClassC, ClassD}
	allActions = []Action{View, Export, Review, Record, OpenCase, ContactProvider, Restrict, Relink,
		BreakGlass, Operate, Administer, Scrape}
	allFacts = slices.Sorted(maps.Keys(conditions))
)

// request builds a subject and a resource for which exactly the given facts
// hold. It knows nothing of the policy.
func request(role string, class Class, kind Kind, facts ...string) (Subject, Resource) {
	s := Subject{UserID: "u1", Name: "U", Roles: []string{role}, Organisation: "org-1"}
	r := Resource{Class: class, Kind: kind, ID: "r1", ProviderID: "p1", LocalAuthority: "Larkshire",
		CaseID: "c1", ProviderOrganisation: "org-9"}
	for _, fact := range facts {
		switch fact {
		case "portfolio":
			s.Providers = []string{"p1"}
		case "own_case":
			s.Cases = []string{"c1"}
		case "broken_glass":
			s.BrokenGlass = []string{"c1"}
		case "reason":
			s.Purpose = "enquiry"
		case "referred":
			r.Referred = true
		case "agenda":
			r.OnAgenda = true
		case "shared":
			r.SharedWith = []string{"org-1"}
		case "placed":
			r.PlacingAuthorities = []string{"org-1"}
		case "granted":
			s.Grants = []string{string(kind)}
		case "recent_sign_in":
			s.RecentSignIn = true
		default:
			panic("the test does not know the fact " + fact)
		}
	}
	return s, r
}

// verdict asks the policy under which facts a request is allowed: "no", "yes",
// or the smallest sets of facts that allow it.
func verdict(p *Policy, role string, a Action, c Class, k Kind) string {
	ask := func(facts []string) bool {
		s, r := request(role, c, k, facts...)
		return p.Authorise(s, a, r).Allow
	}
	if !ask(allFacts) {
		return "no"
	}
	if ask(nil) {
		return "yes"
	}
	var smallest [][]string
	for _, facts := range factSets() {
		covered := slices.ContainsFunc(smallest, func(small []string) bool {
			return !slices.ContainsFunc(small, func(f string) bool { return !slices.Contains(facts, f) })
		})
		if !covered && ask(facts) {
			smallest = append(smallest, facts)
		}
	}
	var ways []string
	for _, facts := range smallest {
		ways = append(ways, strings.Join(facts, " and "))
	}
	return "if " + strings.Join(ways, ", or if ")
}

// factSets holds every set of facts, smaller ones first.
var factSets = sync.OnceValue(func() [][]string {
	var all [][]string
	for size := range len(allFacts) + 1 {
		all = append(all, subsets(allFacts, size)...)
	}
	return all
})

func subsets(from []string, size int) [][]string {
	if size == 0 {
		return [][]string{nil}
	}
	var all [][]string
	for i := range from {
		for _, rest := range subsets(from[i+1:], size-1) {
			all = append(all, append([]string{from[i]}, rest...))
		}
	}
	return all
}

// matrix writes the answers for every role, action, class and kind, leaving
// out what is refused: a line that is not there says no.
func matrix(p *Policy) string {
	var b strings.Builder
	b.WriteString("# role: action on class: kinds, and under which conditions.\n# Whatever is not listed is refused.\n")
	for _, role := range p.RoleNames() {
		fmt.Fprintf(&b, "\n%s\n", role)
		lines := 0
		for _, a := range allActions {
			for _, c := range allClasses {
				byVerdict := map[string][]string{}
				for _, k := range slices.Sorted(maps.Keys(knownKinds)) {
					if v := verdict(p, role, a, c, k); v != "no" {
						byVerdict[v] = append(byVerdict[v], string(k))
					}
				}
				for _, v := range slices.Sorted(maps.Keys(byVerdict)) {
					fmt.Fprintf(&b, "  %-16s %s  %s: %s\n", a, c, strings.Join(byVerdict[v], ", "), v)
					lines++
				}
			}
		}
		if lines == 0 {
			b.WriteString("  nothing\n")
		}
	}
	return b.String()
}

const golden = "testdata/matrix.txt"

func TestMatrix(t *testing.T) {
	got := matrix(Default())
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("who may do what has changed (-agreed +now):\n%s", diff)
	}
}

// TestFactsOnlyAdd shows what the matrix relies on: no fact takes a right away.
func TestFactsOnlyAdd(t *testing.T) {
	kinds := slices.Sorted(maps.Keys(knownKinds))
	rapid.Check(t, func(t *rapid.T) {
		role := rapid.SampledFrom(Default().RoleNames()).Draw(t, "role")
		a := rapid.SampledFrom(allActions).Draw(t, "action")
		c := rapid.SampledFrom(allClasses).Draw(t, "class")
		k := rapid.SampledFrom(kinds).Draw(t, "kind")
		facts := rapid.SliceOfDistinct(rapid.SampledFrom(allFacts), rapid.ID).Draw(t, "facts")
		more := rapid.SampledFrom(allFacts).Draw(t, "one more")
		s, r := request(role, c, k, facts...)
		wider, of := request(role, c, k, append(facts, more)...)
		if Authorise(s, a, r).Allow && !Authorise(wider, a, of).Allow {
			t.Errorf("adding %s took away %s on %s %s", more, a, c, k)
		}
	})
}

// everyRequest visits each role, action, class and kind with all facts true.
func everyRequest(visit func(Subject, Action, Resource)) {
	for _, role := range Default().RoleNames() {
		for _, a := range allActions {
			for _, c := range allClasses {
				for k := range knownKinds {
					s, r := request(role, c, k, allFacts...)
					visit(s, a, r)
				}
			}
		}
	}
}

func TestRestrictedIsHiddenFromEverybodyNotNamed(t *testing.T) {
	for _, why := range []string{PoliceRestriction, ComplicitRestriction, ConflictRestriction, CourtRestriction, "a word nobody knows"} {
		everyRequest(func(s Subject, a Action, r Resource) {
			s.BrokenGlass = nil
			r.Restricted = why
			r.Named = []string{"somebody else"}
			if got := Authorise(s, a, r); got.Allow || !got.Hide || got.Reason != ReasonRestricted {
				t.Fatalf("%v %s %s %s under %s = %+v", s.Roles, a, r.Class, r.Kind, why, got)
			}
		})
	}
}

func TestNamedListAddsNoRights(t *testing.T) {
	everyRequest(func(s Subject, a Action, r Resource) {
		free := Authorise(s, a, r)
		r.Restricted, r.Named = CourtRestriction, []string{"u1"}
		if named := Authorise(s, a, r); named.Allow != free.Allow {
			t.Fatalf("%v %s %s %s: %+v when named, %+v without a restriction", s.Roles, a, r.Class, r.Kind, named, free)
		}
	})
}

func TestBrokenGlassOpensNoPoliceMaterial(t *testing.T) {
	opened := 0
	everyRequest(func(s Subject, a Action, r Resource) {
		r.Restricted = PoliceRestriction
		if got := Authorise(s, a, r); got.Allow || !got.Hide {
			t.Fatalf("%v %s %s %s = %+v", s.Roles, a, r.Class, r.Kind, got)
		}
		r.Restricted = CourtRestriction
		s.Cases = nil
		if got := Authorise(s, a, r); got.Allow && r.Class >= ClassC {
			opened++
			if a != View || r.Kind == Police {
				t.Fatalf("broken glass allowed %s on %s %s", a, r.Class, r.Kind)
			}
		}
		r.CaseID = "another case"
		if got := Authorise(s, a, r); got.Allow {
			t.Fatalf("broken glass on one case opened another: %s %s %s", a, r.Class, r.Kind)
		}
	})
	if opened == 0 {
		t.Error("broken glass opened nothing at all")
	}
}

func TestInterestTakesEverythingButPublic(t *testing.T) {
	for name, change := range map[string]func(*Subject, *Resource){
		"declared":         func(s *Subject, _ *Resource) { s.Conflicts = []string{"p1"} },
		"own organisation": func(_ *Subject, r *Resource) { r.ProviderOrganisation = "org-1" },
	} {
		everyRequest(func(s Subject, a Action, r Resource) {
			free := Authorise(s, a, r)
			change(&s, &r)
			got := Authorise(s, a, r)
			switch {
			case r.Class == ClassA && got != free:
				t.Fatalf("%s interest changed class A: %+v", name, got)
			case r.Class != ClassA && got.Allow:
				t.Fatalf("%s interest left %s on %s %s to %v", name, a, r.Class, r.Kind, s.Roles)
			}
		})
	}
}

func TestContactRestriction(t *testing.T) {
	s, r := request("safeguarding_officer", ClassB, Notification, allFacts...)
	if got := Authorise(s, ContactProvider, r); !got.Allow {
		t.Fatalf("without a restriction: %+v", got)
	}
	r.ContactRestricted = true
	if got := Authorise(s, ContactProvider, r); got.Allow || got.Reason != ReasonContactRestricted {
		t.Errorf("with a restriction: %+v", got)
	}
	if got := Authorise(s, View, r); !got.Allow {
		t.Errorf("a contact restriction must not hide the letter from the officer: %+v", got)
	}
}
