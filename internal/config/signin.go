package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"bellwether/internal/access"
)

// SignIn says how people prove who they are.
type SignIn struct {
	// Local lets accounts with a password of their own sign in.
	Local bool `yaml:"local"`
	// SecondFactor is required or optional for local accounts.
	SecondFactor string `yaml:"second_factor"`
	// ContextWords are words of the council's own that are no base for a password, beside its name and its areas.
	ContextWords []string `yaml:"context_words"`
	// LeakedList is a file with published passwords that nobody may choose; in the instance folder unless the path is whole.
	LeakedList string `yaml:"leaked_list"`
	// OIDC is the organisation's identity provider, nil for none.
	OIDC *OIDC `yaml:"oidc"`
}

// OIDC is one identity provider.
type OIDC struct {
	// Title is what the button says.
	Title    string `yaml:"title"`
	Issuer   string `yaml:"issuer"`
	ClientID string `yaml:"client_id"`
	// SecretFile is a file under secrets/, readable by its owner alone.
	SecretFile string `yaml:"client_secret_file"`
	RolesClaim string `yaml:"roles_claim"`
	// Roles gives for each value of the claim the role that it stands for.
	Roles             map[string]string `yaml:"roles"`
	OrganisationClaim string            `yaml:"organisation_claim"`
}

// check says what is wrong and in which field, nothing if all is well.
func (s SignIn) check(publicURL string) (field, why string) {
	if s.SecondFactor != "required" && s.SecondFactor != "optional" {
		return "second_factor", "must be required or optional"
	}
	o := s.OIDC
	if o == nil {
		if !s.Local {
			return "local", "is off and there is no oidc section, so nobody could sign in"
		}
		return "", ""
	}
	u, err := url.Parse(o.Issuer)
	switch {
	case publicURL == "":
		return "oidc", "needs server.public_url: the provider must be told where to send people back to"
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost":
		return "oidc.issuer", "must be an https address, such as https://login.example/tenant/v2.0"
	case o.ClientID == "":
		return "oidc.client_id", "is missing"
	case o.SecretFile != "" && (strings.ContainsAny(o.SecretFile, "/\\") || o.SecretFile == ".."):
		return "oidc.client_secret_file", "is the name of a file in the folder secrets, without a path"
	case len(o.Roles) == 0:
		return "oidc.roles", "gives no role, so nobody could sign in; write for each value of the claim the role that it stands for"
	}
	known := access.Default().RoleNames()
	values := make([]string, 0, len(o.Roles))
	for value := range o.Roles {
		values = append(values, value)
	}
	slices.Sort(values)
	for _, value := range values {
		if !slices.Contains(known, o.Roles[value]) {
			return "oidc.roles", fmt.Sprintf("%q is not a role; the roles are %s", o.Roles[value], strings.Join(known, ", "))
		}
	}
	return "", ""
}
