package cli

import (
	"fmt"

	"bellwether/internal/config"
)

type configCmd struct {
	Reference bool `help:"List every setting with its default, its variable and what it means."`
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
