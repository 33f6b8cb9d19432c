package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"bellwether/casework/accounts"
	"bellwether/casework/cases"
	"bellwether/casework/relink"
	"bellwether/casework/requests"
	"bellwether/casework/restricted"
	"bellwether/internal/access"
	"bellwether/internal/app"
	"bellwether/internal/audit"
	"bellwether/internal/config"
	"bellwether/internal/instance"
)

// office is the part of an instance in which people, their cases and what is hidden are kept, opened for a verb that one named person
// uses. What that person may do is asked of the same policy as on the pages.
type office struct {
	s      *session
	cfg    config.Config
	people *accounts.Accounts
	cases  *cases.Desk
	hidden *restricted.Book
	relink *relink.Book
	asked  *requests.Book
	answer *bufio.Reader
}

// withOffice opens it for a verb.
func withOffice(s *session, fn func(*office) error) (err error) {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	db, err := instance.OpenStore(s.ctx, cfg, s.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	o := &office{s: s, cfg: cfg, answer: bufio.NewReader(s.Stdin)}
	var closeLists func() error
	if o.people, closeLists, err = instance.Accounts(cfg, db, s.Now); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLists()) }()
	clock := app.CaseworkClock(cfg, s.Now)
	path, err := instance.Pathway(cfg)
	if err != nil {
		return err
	}
	if o.cases, err = cases.NewDesk(db, clock, path); err != nil {
		return err
	}
	if o.hidden, err = restricted.NewBook(s.ctx, db, s.Now); err != nil {
		return err
	}
	if o.relink, err = relink.NewBook(s.ctx, db, s.Now); err != nil {
		return err
	}
	if o.asked, err = requests.NewBook(s.ctx, db, clock, nil); err != nil {
		return err
	}
	return fn(o)
}

// ask reads one line: from the terminal without showing it, or from what is piped in. It never comes from the arguments, which every
// process on the machine can read.
func (o *office) ask(what string) (string, error) {
	if f, is := o.s.Stdin.(*os.File); is && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(o.s.Stderr, what+": ")
		raw, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(o.s.Stderr)
		return strings.TrimSpace(string(raw)), err
	}
	line, err := o.answer.ReadString('\n')
	if err != nil && line == "" {
		return "", usage{fmt.Errorf("%s is asked for: type it when asked, or give it as one line of standard input", what)}
	}
	return strings.TrimSpace(line), nil
}

// prove has somebody show who they are, with the password and the second factor of their local account, and gives them as the policy
// sees them.
func (o *office) prove(username string) (sub access.Subject, err error) {
	password, err := o.ask("the password of " + username)
	if err != nil {
		return sub, err
	}
	in, err := o.people.SignIn(o.s.ctx, accounts.Attempt{Username: username, Password: password})
	var refused *accounts.SignInError
	if errors.As(err, &refused) {
		return sub, errors.Join(o.record("sign_in", access.ClassA, "account", "", operator(), refused.Code, "", false), refusal{err})
	}
	if err != nil {
		return sub, err
	}
	has, err := o.people.HasSecond(o.s.ctx, in.Account.ID)
	if err != nil {
		return sub, err
	}
	if has {
		code, err := o.ask("a code of the second factor")
		if err != nil {
			return sub, err
		}
		if err := o.people.CheckSecond(o.s.ctx, in.Account.ID, code); err != nil {
			return sub, errors.Join(o.record("sign_in", access.ClassA, "account", in.Account.ID, in.Account.ID, "wrong_code", "", false), refusal{err})
		}
	}
	sub = in.Account.Subject()
	sub.RecentSignIn = true
	return sub, o.record("sign_in", access.ClassA, "account", in.Account.ID, in.Account.ID, "command_line", "", true)
}

// may asks the policy whether somebody may make identities of a case known again. A case that is hidden from them is one that is not
// there. The answer is recorded before it is given.
func (o *office) may(sub access.Subject, kind access.Kind, caseID, purpose string) (cases.Case, error) {
	all, err := o.cases.All(o.s.ctx)
	if err != nil {
		return cases.Case{}, err
	}
	absent := refusal{errors.New("there is no case under this reference in which you have a part: the list of your cases is on the page Cases")}
	at := slices.IndexFunc(all, func(c cases.Case) bool { return c.ID == caseID })
	if at < 0 {
		return cases.Case{}, errors.Join(o.record(string(access.Relink), access.ClassD, kind, caseID, sub.UserID, "unknown", purpose, false), absent)
	}
	c := all[at]
	if slices.Contains(c.People(), sub.UserID) {
		sub.Cases = append(slices.Clip(sub.Cases), c.ID)
	}
	interests, err := o.cases.Interests(o.s.ctx, sub.UserID)
	if err != nil {
		return cases.Case{}, err
	}
	sub.Conflicts = append(slices.Clip(sub.Conflicts), interests...)
	sub.Purpose = purpose
	res, err := o.hidden.About(o.s.ctx, access.Resource{Class: access.ClassD, Kind: kind, ID: c.ID, CaseID: c.ID, ProviderID: c.Subject(), ProviderOrganisation: access.RunBy(sub, c.ProviderName, o.cfg.Council)})
	if err != nil {
		return cases.Case{}, err
	}
	d := access.Authorise(sub, access.Relink, res)
	if err := o.record(string(access.Relink), access.ClassD, kind, c.ID, sub.UserID, d.Reason, purpose, d.Allow); err != nil {
		return cases.Case{}, err
	}
	if !d.Allow {
		return cases.Case{}, absent
	}
	return c, nil
}

func (o *office) record(action string, class access.Class, kind access.Kind, id, actor, reason, purpose string, allow bool) error {
	return o.s.audited(o.cfg, audit.Record{Actor: actor, Action: action, Class: string(class), Kind: string(kind), ID: id, Allow: allow, Reason: reason, Purpose: purpose,
		Restricted: id != "" && o.hidden != nil && o.hidden.Restricted(id), PolicyHash: access.Hash()})
}
