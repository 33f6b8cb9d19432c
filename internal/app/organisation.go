package app

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"bellwether/casework/accounts"
	"bellwether/dashboard/page"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/oidc"
	"bellwether/metrics"
)

// organisation signs people in through the configured identity provider and gives them accounts.
type organisation struct {
	provider *oidc.Provider
	title    string
	accounts *accounts.Accounts
	requests *metrics.Requests
}

// newOrganisation reads the client's secret from its file; nil without an identity provider.
func newOrganisation(cfg config.Config, local *accounts.Accounts, requests *metrics.Requests, now func() time.Time) (page.Organisation, error) {
	o := cfg.SignIn.OIDC
	if o == nil {
		return nil, nil
	}
	secret := ""
	if o.SecretFile != "" {
		var err error
		if secret, err = instance.ReadSecret(cfg.Path(instance.Secrets, o.SecretFile)); err != nil {
			return nil, fmt.Errorf("sign_in.oidc.client_secret_file: %w", err)
		}
	}
	p, err := oidc.New(oidc.Options{Issuer: o.Issuer, ClientID: o.ClientID, Secret: secret, RedirectURL: strings.TrimSuffix(cfg.Server.PublicURL, "/") + "/sign-in/callback",
		RolesClaim: o.RolesClaim, Roles: o.Roles, OrganisationClaim: o.OrganisationClaim, Now: now})
	if err != nil {
		return nil, err
	}
	title := o.Title
	if title == "" {
		title = "Sign in with your organisation"
	}
	return organisation{p, title, local, requests}, nil
}

// Title implements page.Organisation.
func (o organisation) Title() string { return o.title }

// Begin implements page.Organisation.
func (o organisation) Begin(ctx context.Context, fresh bool) (string, oidc.Flow, error) {
	return o.provider.Begin(ctx, fresh)
}

// Finish implements page.Organisation.
func (o organisation) Finish(ctx context.Context, f oidc.Flow, back url.Values) (string, error) {
	who, err := o.provider.Finish(ctx, f, back)
	var account accounts.Account
	if err == nil {
		account, err = o.accounts.Enter(ctx, accounts.Federated{Issuer: who.Issuer, Subject: who.Subject, Name: who.Name, Organisation: who.Organisation, Roles: who.Roles})
	}
	o.requests.SignIn(err == nil)
	var refused *accounts.SignInError
	if errors.As(err, &refused) {
		return "", page.ErrNoAccount
	}
	return account.ID, err
}

var _ page.Organisation = organisation{}
