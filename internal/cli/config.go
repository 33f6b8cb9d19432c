package cli

import (
	"errors"
	"fmt"

	"bellwether/internal/config"
	"bellwether/internal/instance"
)

type configCmd struct {
	Reference bool `help:"List every setting with its default, its variable and what it means."`
	Listed    bool `help:"Print the opaque reference under which each provider of metrics.listed_providers has metrics."`
}

// Help gives an example.
func (configCmd) Help() string {
	return "Settings come from bellwether.yml, from variables of the environment (BELLWETHER_SERVER_LISTEN) and from --setting KEY=VALUE; of two that name the same setting the later of these holds. " +
		"Secrets are never settings: they lie in files.\n\nExit codes: 0 the configuration holds, 2 it does not and why.\n\nExample:\n  bellwether config --setting server.listen=127.0.0.1:9090"
}

// Run prints the settings in force, or all that there are.
func (c configCmd) Run(s *session) error {
	if c.Reference {
		all, err := config.Settings()
		if err != nil {
			return err
		}
		if s.JSON {
			return printJSON(s.Stdout, all)
		}
		var rows [][]string
		for _, one := range all {
			rows = append(rows, []string{one.Key, one.Default, one.Env})
		}
		return printTable(s.Stdout, []string{"SETTING", "DEFAULT", "VARIABLE"}, rows)
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	if c.Listed {
		return s.listed(cfg)
	}
	given := map[string]string{}
	for _, g := range cfg.Given() {
		given[g[0]] = g[1]
		if !s.JSON {
			if _, err := fmt.Fprintf(s.Stdout, "%s=%s\n", g[0], g[1]); err != nil {
				return err
			}
		}
	}
	if s.JSON {
		return printJSON(s.Stdout, given)
	}
	return nil
}

// listed prints which reference stands for whom: to whoever may read the instance's secrets, and to nobody else.
func (s *session) listed(cfg config.Config) error {
	refs, err := instance.References(cfg)
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		return usage{errors.New("metrics.listed_providers is empty: no provider has metrics of its own; docs/operations.md says when one might")}
	}
	if s.JSON {
		return printJSON(s.Stdout, refs)
	}
	rows := make([][]string, 0, len(refs))
	for _, id := range cfg.Metrics.ListedProviders {
		rows = append(rows, []string{id, refs[id]})
	}
	return printTable(s.Stdout, []string{"PROVIDER", "REFERENCE"}, rows)
}
