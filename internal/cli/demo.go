package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bellwether/casework/accounts"
	"bellwether/internal/app"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	sampledata "bellwether/sample-data"
	"bellwether/sample-data/gen"
)

type demoCmd struct {
	Port    int  `help:"The port on 127.0.0.1; another one is taken if it is in use." default:"8080"`
	NoServe bool `help:"Prepare everything and print the login, but do not serve."`
}

// Help gives an example.
func (demoCmd) Help() string {
	return "Everything in it is invented: the county of Larkshire does not exist.\n\nExample:\n  bellwether demo --dir demo"
}

// demoLogin is one account of the demonstration. Its password is kept beside the instance's keys, so that it can be printed again;
// no real instance keeps one.
type demoLogin struct {
	Username, Name, Role, Password string
}

const demoLogins = "demo-logins.json"

// Run prepares the demonstration, reusing what is there, and serves it.
func (c demoCmd) Run(s *session) error {
	made, err := c.prepare(s)
	if err != nil {
		return err
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	logins, err := c.logins(s, cfg)
	if err != nil {
		return err
	}
	if err := c.run(s, cfg, made); err != nil {
		return err
	}
	if c.NoServe {
		c.tell(s, cfg, "", logins)
		return nil
	}
	listen := net.JoinHostPort("127.0.0.1", strconv.Itoa(c.Port))
	told := func(a *app.App) { c.tell(s, cfg, a.Addr(), logins) }
	err = s.serve(cfg, app.Options{Listen: listen, Schedule: true}, told)
	var taken *app.PortTakenError
	if errors.As(err, &taken) {
		fmt.Fprintf(s.Stderr, "Port %d is taken by another program; another one is used.\n", c.Port)
		err = s.serve(cfg, app.Options{Listen: "127.0.0.1:0", Schedule: true}, told)
	}
	return err
}

// prepare makes the instance and copies the county into its inbox, unless that has been done.
func (c demoCmd) prepare(s *session) (made bool, err error) {
	err = instance.Create(s.Dir, instance.Options{Council: "Larkshire County Council (fictional)", Areas: []string{"Larkshire"},
		AsOf: gen.AsOf.ISO(), Sources: sourceNames()})
	switch {
	case errors.Is(err, instance.ErrExists):
		fmt.Fprintf(s.Stderr, "Using the demonstration that is already in %s.\n", s.Dir)
	case err != nil:
		return false, err
	default:
		made = true
		fmt.Fprintf(s.Stderr, "Made a demonstration in %s, with the fictional county of Larkshire.\n", s.Dir)
		if err := appendMappings(s.Dir); err != nil {
			return false, err
		}
	}
	if err := instance.EnsureKeys(s.Dir); err != nil {
		return false, err
	}
	if _, _, err := instance.EnsureToken(filepath.Join(s.Dir, instance.Secrets, instance.MetricsToken)); err != nil {
		return false, err
	}
	if err := copyCounty(s.Dir); err != nil {
		return made, err
	}
	n, err := playRegister(s.ctx, s.Dir)
	if n > 0 {
		fmt.Fprintf(s.Stderr, "Fetched its CQC register from a server that plays CQC's API on this machine: a first load and %s of changes.\n", fetchesOf(n-1))
	}
	return made, err
}

// appendMappings says in the configuration how Larkshire's extracts read.
func appendMappings(dir string) error {
	file := filepath.Join(dir, config.FileName)
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text := strings.Replace(string(src), "sources: {}\n", `sources:
  safeguarding_concerns: {mapping: larkshire-concerns, expected_days: 31}
  safeguarding_enquiries: {mapping: larkshire-enquiries, expected_days: 31}
  complaints: {mapping: larkshire-complaints, expected_days: 31}
`, 1)
	return instance.WriteFile(file, []byte(text), 0o600)
}

// copyCounty puts every file of the county that is missing into the inbox; its register is fetched instead.
func copyCounty(dir string) error {
	const root = "larkshire/inbox"
	return fs.WalkDir(sampledata.Larkshire, root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if p == countyRegister {
			return fs.SkipDir
		}
		if d.IsDir() {
			return nil
		}
		to := filepath.Join(dir, instance.Inbox, filepath.FromSlash(strings.TrimPrefix(p, root+"/")))
		if _, err := os.Stat(to); err == nil {
			return nil
		}
		data, err := sampledata.Larkshire.ReadFile(path.Clean(p))
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		return instance.WriteFile(to, data, 0o600)
	})
}

// run takes the county in and publishes, unless the newest snapshot already says it all.
func (c demoCmd) run(s *session, cfg config.Config, made bool) error {
	p, err := s.open(cfg, "demo")
	if err != nil {
		return err
	}
	defer p.Close()
	in, err := p.IngestInbox(s.ctx, "")
	if err != nil {
		return err
	}
	newest, err := p.Newest()
	if err != nil {
		return err
	}
	if !made && in.Loaded == 0 && newest != nil && newest.SameInputs(p, p.AsOf(time.Time{})) {
		fmt.Fprintf(s.Stderr, "Nothing new: snapshot %s stays in force.\n", newest.ID)
		return nil
	}
	out, err := p.Publish(s.ctx, p.AsOf(time.Time{}))
	if err != nil {
		return err
	}
	if err := s.sweep(cfg); err != nil {
		return err
	}
	return s.printRun(in, out)
}

// logins reads the demonstration's accounts, making them the first time.
func (c demoCmd) logins(s *session, cfg config.Config) ([]demoLogin, error) {
	file := cfg.Path(instance.Secrets, demoLogins)
	var logins []demoLogin
	if src, err := instance.ReadSecret(file); err == nil {
		return logins, json.Unmarshal([]byte(src), &logins)
	}
	for _, l := range []demoLogin{
		{Username: "chair", Name: "Ada Chair", Role: "qsig_chair"},
		{Username: "member", Name: "Mo Member", Role: "qsig_member"},
		{Username: "officer", Name: "Sal Safeguarding", Role: "safeguarding_officer"},
		{Username: "commissioner", Name: "Col Commissioner", Role: "commissioner"},
		{Username: "admin", Name: "Sam System", Role: "system_admin"},
	} {
		var err error
		n := accounts.NewAccount{Username: l.Username, Name: l.Name, Roles: []string{l.Role}, LocalAuthorities: []string{"*"}}
		if l.Password, err = newAccount(s, cfg, n); err != nil {
			return nil, err
		}
		logins = append(logins, l)
	}
	//nolint:gosec // the invented county's passwords, in a file only its owner may read
	src, err := json.MarshalIndent(logins, "", "  ")
	if err != nil {
		return nil, err
	}
	return logins, instance.WriteFile(file, src, 0o600)
}

func (c demoCmd) tell(s *session, cfg config.Config, addr string, logins []demoLogin) {
	token, _ := instance.ReadSecret(cfg.Path(instance.Secrets, instance.MetricsToken))
	if addr != "" {
		fmt.Fprintf(s.Stdout, "\nBellwether is on http://%s\n\n", addr)
	}
	for _, l := range logins {
		fmt.Fprintf(s.Stdout, "  sign in as %-13s password %s\n", l.Username, l.Password)
	}
	fmt.Fprintf(s.Stdout, "\n  metrics          http://%s/metrics\n  business metrics http://%s/metrics/business with the bearer token %s\n\nEverything here is invented. Stop it with Ctrl-C.\n",
		orDash(addr), orDash(addr), token)
}
