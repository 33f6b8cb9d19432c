package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"bellwether/casework/accounts"
	"bellwether/casework/passphrase"
	"bellwether/internal/access"
	"bellwether/internal/audit"
)

type userCmd struct {
	List    userListCmd    `cmd:"" help:"List the accounts."`
	Add     userAddCmd     `cmd:"" help:"Add an account; its password is made of words and shown once."`
	Invite  userInviteCmd  `cmd:"" help:"Make a one-time link with which its owner chooses a password."`
	Enable  userEnableCmd  `cmd:"" help:"Switch an account on again."`
	Second  userSecondCmd  `cmd:"" name:"drop-second-factor" help:"Take the second factor of an account away."`
	Disable userDisableCmd `cmd:"" help:"Switch an account off and end its sessions."`
	SignOut userSignOutCmd `cmd:"" name:"sign-out" help:"End the sessions of an account, or of all."`
	Reset   userResetCmd   `cmd:"" help:"Give an account a new password, shown once."`
}

type userListCmd struct{}

// Help gives an example.
func (userListCmd) Help() string { return "Example:\n  bellwether user list --json" }

type userLine struct {
	Username string   `json:"username"`
	Name     string   `json:"name"`
	Roles    []string `json:"roles"`
	Areas    []string `json:"areas"`
	Status   string   `json:"status"`
	LastSeen string   `json:"last_sign_in"`
}

// Run lists the accounts.
func (userListCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	return withAccounts(s, cfg, func(ctx context.Context, a *accounts.Accounts) error {
		all, err := a.List(ctx)
		if err != nil {
			return err
		}
		lines := []userLine{}
		var rows [][]string
		for _, u := range all {
			l := userLine{u.Username, u.Name, u.Roles, u.LocalAuthorities, string(u.Status), day(u.LastSignInAt)}
			lines = append(lines, l)
			rows = append(rows, []string{l.Username, l.Name, strings.Join(l.Roles, ", "), strings.Join(l.Areas, ", "), l.Status, l.LastSeen})
		}
		if s.JSON {
			return printJSON(s.Stdout, lines)
		}
		return printTable(s.Stdout, []string{"USER", "NAME", "ROLES", "AREAS", "STATUS", "LAST SIGN-IN"}, rows)
	})
}

type userAddCmd struct {
	Username   string   `arg:"" help:"The user name."`
	Name       string   `help:"The person's name." default:""`
	Role       []string `help:"A role; may be repeated. A wrong one lists them all." required:""`
	NoPassword bool     `help:"Make no password: the owner chooses one with a link from user invite."`
	Area       []string `help:"A local authority in the portfolio; may be repeated; * is every area."`
}

// Help gives an example.
func (userAddCmd) Help() string {
	return "Example:\n  bellwether user add mo --name \"Mo Member\" --role qsig_member"
}

// Run adds an account.
func (c userAddCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	if err := access.Default().CheckRoles(c.Role); err != nil {
		return usage{fmt.Errorf("%w; the roles are %s", err, strings.Join(access.Default().RoleNames(), ", "))}
	}
	name := c.Name
	if name == "" {
		name = c.Username
	}
	if err := s.audited(cfg, audit.Record{Actor: operator(), Action: "administer", Class: "A", Kind: "account", Allow: true, Reason: "file_access", PolicyHash: access.Hash()}); err != nil {
		return err
	}
	if c.NoPassword {
		err := withAccounts(s, cfg, func(ctx context.Context, a *accounts.Accounts) error {
			_, err := a.Create(ctx, operator(), accounts.NewAccount{Username: c.Username, Name: name, Roles: c.Role, LocalAuthorities: c.Area})
			return err
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.Stdout, "Added %s, without a password. Next: bellwether user invite %s\n", c.Username, c.Username)
		return err
	}
	password, err := newAccount(s, cfg, accounts.NewAccount{Username: c.Username, Name: name, Roles: c.Role, LocalAuthorities: c.Area, MustChange: true})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout, "Added %s.\n  password  %s\n            It is shown this once; send it by another way than the user name. Another is asked for at the first sign-in.\n", c.Username, password)
	return err
}

type userDisableCmd struct {
	Username string `arg:"" help:"The user name."`
}

// Help gives an example.
func (userDisableCmd) Help() string { return "Example:\n  bellwether user disable mo" }

// Run switches an account off.
func (c userDisableCmd) Run(s *session) error {
	return changeUser(s, c.Username, func(ctx context.Context, a *accounts.Accounts, u accounts.Account) error {
		if err := a.Disable(ctx, u.ID); err != nil {
			return err
		}
		_, err := fmt.Fprintf(s.Stdout, "%s is switched off and signed out everywhere.\n", c.Username)
		return err
	})
}

type userSignOutCmd struct {
	Username string `arg:"" optional:"" help:"The user name."`
	All      bool   `help:"Every account: when a session may be in wrong hands and nobody knows whose."`
}

// Help gives an example.
func (userSignOutCmd) Help() string {
	return "Links that were not used yet are withdrawn too. Everybody signs in again with what they have.\n\nExample:\n  bellwether user sign-out mo\n  bellwether user sign-out --all"
}

// Run ends sessions.
func (c userSignOutCmd) Run(s *session) error {
	if c.All == (c.Username != "") {
		return usage{errors.New("name one account, or say --all")}
	}
	if !c.All {
		return changeUser(s, c.Username, func(ctx context.Context, a *accounts.Accounts, u accounts.Account) error {
			if err := a.SignOut(ctx, u.ID); err != nil {
				return err
			}
			_, err := fmt.Fprintf(s.Stdout, "%s is signed out everywhere.\n", c.Username)
			return err
		})
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	if err := s.audited(cfg, audit.Record{Actor: operator(), Action: "administer", Class: "A", Kind: "account", Allow: true, Reason: "file_access", PolicyHash: access.Hash()}); err != nil {
		return err
	}
	return withAccounts(s, cfg, func(ctx context.Context, a *accounts.Accounts) error {
		all, err := a.List(ctx)
		if err != nil {
			return err
		}
		for _, u := range all {
			if err := a.SignOut(ctx, u.ID); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintf(s.Stdout, "All %d accounts are signed out everywhere.\n", len(all))
		return err
	})
}

type userResetCmd struct {
	Username string `arg:"" help:"The user name."`
}

// Help gives an example.
func (userResetCmd) Help() string { return "Example:\n  bellwether user reset mo" }

// Run gives an account a new password.
func (c userResetCmd) Run(s *session) error {
	return changeUser(s, c.Username, func(ctx context.Context, a *accounts.Accounts, u accounts.Account) error {
		password, err := passphrase.New(rand.Reader, 6)
		if err != nil {
			return err
		}
		if err := a.SetPassword(ctx, u.ID, password, true); err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.Stdout, "%s has a new password and is signed out everywhere.\n  password  %s\n            It is shown this once; another is asked for at the next sign-in.\n", c.Username, password)
		return err
	})
}

func changeUser(s *session, username string, fn func(context.Context, *accounts.Accounts, accounts.Account) error) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	return withAccounts(s, cfg, func(ctx context.Context, a *accounts.Accounts) error {
		u, err := a.ByUsername(ctx, username)
		if err != nil {
			return usage{err}
		}
		if err := s.audited(cfg, audit.Record{Actor: operator(), Action: "administer", Class: "A", Kind: "account", ID: u.ID, Allow: true, Reason: "file_access", PolicyHash: access.Hash()}); err != nil {
			return err
		}
		return fn(ctx, a, u)
	})
}
