package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"bellwether/internal/access"
	"bellwether/internal/app"
	"bellwether/internal/audit"
)

type digestCmd struct {
	DryRun bool     `help:"Print it and post nothing."`
	HTML   bool     `help:"With --dry-run: as the page that mail programs show."`
	Role   []string `help:"With --dry-run: for these roles; those with recipients if left out." placeholder:"ROLE"`
}

// Help gives an example.
func (digestCmd) Help() string {
	return "Posts the weekly digest to those of digest.recipients who have not had it this week. It holds numbers and addresses and no names. The server does the same by itself on the configured day.\n\nExit codes: 0 done, 1 a message could not be posted, 2 nobody is configured or no such role.\n\nExample:\n  bellwether digest --dry-run --role qsig_chair --dir instance"
}

// Run writes or posts the digest.
func (c digestCmd) Run(s *session) (err error) {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	roles := c.Role
	for role := range cfg.Digest.Recipients {
		if len(c.Role) == 0 {
			roles = append(roles, role)
		}
	}
	slices.Sort(roles)
	for _, r := range roles {
		if !slices.Contains(access.Default().RoleNames(), r) {
			return usage{fmt.Errorf("--role: there is no role %q; the roles are %v", r, access.Default().RoleNames())}
		}
	}
	switch {
	case len(roles) == 0:
		return usage{errors.New("nobody is to get a digest: name addresses under digest.recipients in bellwether.yml, or a role with --dry-run --role")}
	case !c.DryRun && (len(c.Role) > 0 || c.HTML):
		return usage{errors.New("--role and --html go with --dry-run; what is posted goes to every configured role")}
	}
	if err := s.audited(cfg, audit.Record{Actor: operator(), Action: string(access.View), Class: string(access.ClassB), Kind: string(access.ReviewItem), Allow: true, Reason: "digest", PolicyHash: access.Hash()}); err != nil {
		return err
	}
	work, err := app.OpenCasework(s.ctx, cfg, s.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, work.Close()) }()
	if !c.DryRun {
		out, err := work.PostDigest(s.ctx, cfg)
		fmt.Fprintf(s.Stdout, "%d posted, %d had it this week already, %d failed.\n", out.Sent, out.Had, out.Failed)
		return err
	}
	all, err := work.WriteDigest(s.ctx, cfg, roles)
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, all)
	}
	for i, d := range all {
		text, err := d.Text()
		if c.HTML {
			text, err = d.HTML()
		}
		if err != nil {
			return err
		}
		if i > 0 {
			fmt.Fprintln(s.Stdout)
		}
		if !c.HTML {
			fmt.Fprintf(s.Stdout, "For: %s\nSubject: %s\n\n", d.Role, d.Subject)
		}
		fmt.Fprintln(s.Stdout, text)
	}
	return nil
}
