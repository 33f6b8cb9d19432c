package accounts

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnter(t *testing.T) {
	f := setUp(t)
	who := Federated{Issuer: "https://login.example", Subject: "s-1", Name: "Ada \x00 Marsh", Organisation: "Larkshire", Roles: []string{"qsig_member"}}
	first, err := f.Enter(f.ctx, who)
	if err != nil || first.Name != "Ada Marsh" || first.Organisation != "Larkshire" || first.Status != Active || !strings.HasPrefix(first.Username, "sso-") {
		t.Fatalf("%+v, %v", first, err)
	}
	// The same person with another name and role is the same account; the portfolio given here stays.
	if err := f.SetPortfolio(f.ctx, "admin", first.ID, "Larkshire", []string{"North"}, nil); err != nil {
		t.Fatal(err)
	}
	who.Name, who.Roles = "Ada Fen", []string{"commissioner"}
	again, err := f.Enter(f.ctx, who)
	if err != nil || again.ID != first.ID || again.Name != "Ada Fen" || again.Roles[0] != "commissioner" || len(again.LocalAuthorities) != 1 {
		t.Errorf("%+v, %v", again, err)
	}
	stored, err := f.Get(f.ctx, first.ID)
	if diff := cmp.Diff(again, stored); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	// Another subject, or the same one elsewhere, is another person, even with the same name.
	for _, other := range []Federated{{"https://login.example", "s-2", "Ada Fen", "", who.Roles}, {"https://other.example", "s-1", "Ada Fen", "", who.Roles}} {
		if a, err := f.Enter(f.ctx, other); err != nil || a.ID == first.ID {
			t.Errorf("%+v got %+v, %v", other, a, err)
		}
	}
	if yes, err := f.IsFederated(f.ctx, first.ID); !yes || err != nil {
		t.Errorf("IsFederated = %v, %v", yes, err)
	}
	if yes, err := f.IsFederated(f.ctx, f.add("local").ID); yes || err != nil {
		t.Errorf("a local account: %v, %v", yes, err)
	}
}

func TestEnterKeepsOut(t *testing.T) {
	f := setUp(t)
	who := Federated{Issuer: "https://login.example", Subject: "s-1", Roles: []string{"qsig_member"}}
	a, err := f.Enter(f.ctx, who)
	if err != nil || a.Name != a.Username {
		t.Fatalf("%+v, %v", a, err)
	}
	// It has no password, and none opens it.
	for _, password := range []string{"", secret} {
		if _, refused := f.try(a.Username, password, ""); refused == nil {
			t.Errorf("%q opened it", password)
		}
	}
	if err := f.Disable(f.ctx, a.ID); err != nil {
		t.Fatal(err)
	}
	var refused *SignInError
	if _, err := f.Enter(f.ctx, who); !errors.As(err, &refused) || refused.Code != CodeDisabled {
		t.Errorf("a disabled account: %v", err)
	}
	if err := f.Enable(f.ctx, a.ID); err != nil {
		t.Fatal(err)
	}
	if a, err = f.Enter(f.ctx, who); err != nil || a.Status != Active {
		t.Errorf("after it was enabled: %+v, %v", a, err)
	}
	for name, bad := range map[string]Federated{
		"no role":     {Issuer: "i", Subject: "s"},
		"wrong role":  {Issuer: "i", Subject: "s", Roles: []string{"king"}},
		"two hats":    {Issuer: "i", Subject: "s", Roles: []string{"system_admin", "qsig_chair"}},
		"no subject":  {Issuer: "i", Roles: []string{"qsig_chair"}},
		"from nobody": {Subject: "s", Roles: []string{"qsig_chair"}},
	} {
		if a, err := f.Enter(f.ctx, bad); err == nil || a.ID != "" {
			t.Errorf("%s: %+v", name, a)
		}
	}
}
