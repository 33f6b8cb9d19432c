package access

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEmbeddedPolicyLoads(t *testing.T) {
	p, err := Load(embedded)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"auditor", "commissioner", "contract_officer", "information_governance", "metrics_scraper",
		"placing_authority", "police_cqc_liaison", "qsig_chair", "qsig_member", "qsig_support",
		"safeguarding_officer", "strategic_group", "system_admin"}
	if got := strings.Join(p.RoleNames(), " "); got != strings.Join(want, " ") {
		t.Errorf("roles = %s", got)
	}
	if len(Hash()) != 64 || Hash() != p.Hash() {
		t.Errorf("Hash() = %q", Hash())
	}
}

func TestHashFollowsTheText(t *testing.T) {
	p, err := Load(append([]byte("# a comment\n"), embedded...))
	if err != nil {
		t.Fatal(err)
	}
	if p.Hash() == Hash() {
		t.Error("a changed file has the same hash")
	}
}

// TestBadPolicies reads testdata/*.bad.yml: each names on its first line what
// the error must say.
func TestBadPolicies(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(body), "\n")
			want := strings.TrimPrefix(first, "# error: ")
			if _, err := Load(body); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("Load() = %v, want an error with %q", err, want)
			}
		})
	}
}

func TestNoPolicyDeniesEverything(t *testing.T) {
	var none *Policy
	everyRequest(func(s Subject, a Action, r Resource) {
		if got := none.Authorise(s, a, r); got.Allow || got.Reason != ReasonNoPolicy {
			t.Fatalf("%v %s %s %s = %+v", s.Roles, a, r.Class, r.Kind, got)
		}
	})
	if none.Hash() != "" || none.Explain(Subject{Roles: []string{"auditor"}}) != nil || none.RoleNames() != nil {
		t.Error("a policy that is not there says something")
	}
}

func TestCheckRoles(t *testing.T) {
	for _, tt := range []struct {
		roles []string
		want  string
	}{
		{[]string{"commissioner"}, ""},
		{[]string{"qsig_member", "contract_officer"}, ""},
		{[]string{"system_admin"}, ""},
		{nil, "at least one role"},
		{[]string{"king"}, `"king" is not known`},
		{[]string{"auditor", "auditor"}, "named twice"},
		{[]string{"system_admin", "qsig_member"}, "cannot be held together"},
		{[]string{"qsig_member", "metrics_scraper"}, "cannot be held together"},
	} {
		err := Default().CheckRoles(tt.roles)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("CheckRoles(%v) = %v, want %q", tt.roles, err, tt.want)
		}
	}
}

func TestReasons(t *testing.T) {
	for _, tt := range []struct {
		name   string
		roles  []string
		action Action
		class  Class
		kind   Kind
		facts  []string
		want   Decision
	}{
		{"allowed by a rule", []string{"commissioner"}, View, ClassB, Flag, []string{"portfolio"}, Decision{Allow: true, Reason: "commissioner:view:B"}},
		{"says what is lacking", []string{"commissioner"}, View, ClassB, Flag, nil, Decision{Reason: "needs_portfolio"}},
		{"says the nearest of two", []string{"commissioner"}, Export, ClassB, Paper, []string{"portfolio"}, Decision{Reason: "needs_recent_sign_in"}},
		{"one of two roles is enough", []string{"auditor", "qsig_member"}, Review, ClassB, Flag, nil, Decision{Allow: true, Reason: "qsig_member:review:B"}},
		{"no rule", []string{"auditor"}, View, ClassB, Flag, nil, Decision{Reason: ReasonNoRule}},
		{"no such role", []string{"king"}, View, ClassA, Market, nil, Decision{Reason: ReasonNoRule}},
		{"no role", nil, View, ClassA, Market, nil, Decision{Reason: ReasonNoRole}},
		{"an unknown action", []string{"qsig_chair"}, "burn", ClassA, Market, nil, Decision{Reason: ReasonUnknown}},
		{"an unknown class", []string{"qsig_chair"}, View, "E", Market, nil, Decision{Reason: ReasonUnknown}},
		{"no class", []string{"qsig_chair"}, View, "", Market, nil, Decision{Reason: ReasonUnknown}},
		{"an unknown kind", []string{"qsig_chair"}, View, ClassA, "moon", nil, Decision{Reason: ReasonUnknown}},
		{"a tenant is not told that it exists", []string{"placing_authority"}, View, ClassB, Provider, []string{"placed"}, Decision{Reason: "needs_shared", Hide: true}},
		{"an officer is told", []string{"contract_officer"}, View, ClassB, Provider, nil, Decision{Reason: "needs_portfolio"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, r := request("", tt.class, tt.kind, tt.facts...)
			s.Roles = tt.roles
			if got := Authorise(s, tt.action, r); got != tt.want {
				t.Errorf("Authorise() = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestNobodyWithoutAnIdentity(t *testing.T) {
	s, r := request("qsig_chair", ClassA, Market)
	s.UserID = ""
	if got := Authorise(s, View, r); got.Allow {
		t.Errorf("a subject without an identity = %+v", got)
	}
}

func TestEmptyFieldsMatchNothing(t *testing.T) {
	// Two unknowns are not the same thing.
	s := Subject{UserID: "u1", Roles: []string{"contract_officer", "placing_authority", "safeguarding_officer"},
		Providers: []string{""}, LocalAuthorities: []string{""}, Cases: []string{""}, BrokenGlass: []string{""}}
	for _, c := range []Class{ClassB, ClassC, ClassD} {
		for k := range knownKinds {
			r := Resource{Class: c, Kind: k, SharedWith: []string{""}, PlacingAuthorities: []string{""}}
			// What a role may do with everything of a kind needs no match.
			everything := slices.ContainsFunc(s.Roles, func(role string) bool { return verdict(Default(), role, Record, c, k) == "yes" })
			if got := Authorise(s, Record, r); got.Allow && !everything {
				t.Errorf("record %s %s = %+v", c, k, got)
			}
		}
	}
	for name, holds := range conditions {
		if holds(s, Resource{SharedWith: []string{""}, PlacingAuthorities: []string{""}}) {
			t.Errorf("%s holds between two empty fields", name)
		}
	}
}

func TestExplain(t *testing.T) {
	rights := Default().Explain(Subject{UserID: "u1", Roles: []string{"contract_officer"}})
	found := false
	for _, r := range rights {
		if r.Role != "Contract or quality officer" {
			t.Errorf("a right of the role %q", r.Role)
		}
		for _, w := range r.When {
			found = found || strings.Contains(w, "portfolio")
		}
	}
	if len(rights) < 5 || !found {
		t.Errorf("Explain() = %+v", rights)
	}
	for name := range conditions {
		if wording[name] == "" {
			t.Errorf("the condition %s has no wording", name)
		}
	}
}
