package cli

import (
	"context"
	"fmt"
	"strings"

	"bellwether/casework/accounts"
)

type userInviteCmd struct {
	Username string `arg:"" help:"The user name of an account without a password, or of one that needs a new one."`
}

// Help gives an example.
func (userInviteCmd) Help() string {
	return "Prints a link with which the owner of an account chooses a password: for a week where there is none yet, for an hour otherwise. It works once.\n\nExample:\n  bellwether user add mo --role qsig_member --no-password\n  bellwether user invite mo"
}

// Run makes a one-time link.
func (c userInviteCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	base := strings.TrimSuffix(cfg.Server.PublicURL, "/")
	if base == "" {
		base = "http://" + cfg.Server.Listen
	}
	return changeUser(s, c.Username, func(ctx context.Context, a *accounts.Accounts, u accounts.Account) error {
		token, life, err := "", accounts.InviteLife, error(nil)
		if u.Status == accounts.Invited {
			token, err = a.Invite(ctx, operator(), u.ID)
		} else {
			life = accounts.ResetLife
			token, err = a.Reset(ctx, operator(), u.ID)
		}
		if err != nil {
			return usage{err}
		}
		_, err = fmt.Fprintf(s.Stdout, "A link for %s, good once and until %s:\n  %s/welcome#%s\nWhoever has it chooses the password: send it to its owner alone.\n",
			c.Username, s.Now().Add(life).Format("2 Jan 2006 15:04"), base, token)
		return err
	})
}

type userEnableCmd struct {
	Username string `arg:"" help:"The user name."`
}

// Help gives an example.
func (userEnableCmd) Help() string { return "Example:\n  bellwether user enable mo" }

// Run switches an account on again.
func (c userEnableCmd) Run(s *session) error {
	return changeUser(s, c.Username, func(ctx context.Context, a *accounts.Accounts, u accounts.Account) error {
		if err := a.Enable(ctx, u.ID); err != nil {
			return err
		}
		_, err := fmt.Fprintf(s.Stdout, "%s is switched on.\n", c.Username)
		return err
	})
}

type userSecondCmd struct {
	Username string `arg:"" help:"The user name."`
}

// Help gives an example.
func (userSecondCmd) Help() string {
	return "For somebody whose telephone and recovery codes are lost: be sure who asks. Their sessions end, and they set up a new factor after the next sign-in.\n\nExample:\n  bellwether user drop-second-factor mo"
}

// Run takes the second factor of an account away.
func (c userSecondCmd) Run(s *session) error {
	return changeUser(s, c.Username, func(ctx context.Context, a *accounts.Accounts, u accounts.Account) error {
		if err := a.RemoveSecond(ctx, u.ID); err != nil {
			return err
		}
		_, err := fmt.Fprintf(s.Stdout, "%s has no second factor any more and is signed out everywhere.\n", c.Username)
		return err
	})
}
