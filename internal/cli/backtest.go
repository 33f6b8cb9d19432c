package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"bellwether/internal/backtest"
	"bellwether/internal/instance"
)

type backtestCmd struct {
	Set         string `help:"The rule set to replay: default, west-sussex, tower-hamlets, or a file; the snapshot's own if left out."`
	Since       string `help:"Begin here (2026-03-14); a year after the first weekly look if left out." placeholder:"DATE"`
	HorizonDays int    `help:"Days within which an outcome must follow an alert." default:"182"`
	Truth       string `help:"A fictional county's truth file, to ask how soon its planted stories were found." type:"path"`
	HTML        string `help:"Write the report as one web page." type:"path" placeholder:"FILE"`
	Out         string `short:"o" help:"Write the report as JSON." type:"path" placeholder:"FILE"`
	Keep        bool   `help:"Keep the report in the instance, for the rules page to show; needs the snapshot's own rules."`
	Snapshot    string `help:"An older snapshot's id."`
}

// Help gives an example.
func (backtestCmd) Help() string {
	return "Replays the snapshot's history week by week, as it was known, and says how often alerts were followed by what they warn of, how long before, and at what load, beside two plain baselines on the same weeks. Public rating history is asked as well.\n\nExample:\n  bellwether backtest --set default --html report.html --out report.json --dir instance\n  bellwether backtest --keep --dir instance"
}

// Run replays and reports.
func (c backtestCmd) Run(s *session) error {
	opt, err := c.options()
	if err != nil {
		return err
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	s.giveWay(cfg)
	snap, err := s.openSnapshot(cfg, c.Snapshot)
	if err != nil {
		return err
	}
	defer snap.Close()
	opt.Snapshot = snap.ID
	rep, err := backtest.Run(s.ctx, snap.DB(), opt)
	if err != nil {
		return err
	}
	if err := c.write(rep); err != nil {
		return err
	}
	if c.Keep {
		if err := backtest.Keep(cfg.Path(instance.Reports), rep); err != nil {
			return err
		}
	}
	if s.JSON {
		return printJSON(s.Stdout, rep)
	}
	return c.tell(s.Stdout, rep)
}

func (c backtestCmd) options() (opt backtest.Options, err error) {
	if c.HorizonDays < 7 || c.HorizonDays > 3650 {
		return opt, usage{fmt.Errorf("--horizon-days is %d; it must be from 7 to 3650", c.HorizonDays)}
	}
	if c.Keep && c.Set != "" {
		return opt, usage{errors.New("--keep is for the rules in force; leave out --set, or write the report of another set with --out")}
	}
	opt.Horizon = c.HorizonDays
	if opt.Since, err = parseDay(c.Since, "--since"); err != nil {
		return opt, err
	}
	if c.Set != "" {
		if opt.Set, err = ruleFile(c.Set); err != nil {
			return opt, err
		}
	}
	if c.Truth != "" {
		opt.Truth, err = readTruth(c.Truth)
	}
	return opt, err
}

// readTruth reads the stories that must be flagged from a truth file.
func readTruth(file string) ([]backtest.Planted, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, usage{fmt.Errorf("--truth: %w", err)}
	}
	var truth struct {
		Stories []struct {
			ID          string   `json:"id"`
			ProviderID  string   `json:"provider_id"`
			ProviderIDs []string `json:"provider_ids"`
			StartsOn    string   `json:"starts_on"`
			MustFlag    bool     `json:"must_flag"`
		} `json:"stories"`
	}
	if err := json.Unmarshal(src, &truth); err != nil {
		return nil, usage{fmt.Errorf("--truth: %s is no truth file: %w", file, err)}
	}
	var out []backtest.Planted
	for _, st := range truth.Stories {
		from, err := time.Parse(time.DateOnly, st.StartsOn)
		if !st.MustFlag || err != nil {
			continue
		}
		p := backtest.Planted{ID: st.ID, From: from, Providers: st.ProviderIDs}
		if len(p.Providers) == 0 {
			p.Providers = []string{st.ProviderID}
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, usage{errors.New("--truth: the file names no story that must be flagged")}
	}
	return out, nil
}

func (c backtestCmd) write(rep *backtest.Report) error {
	if c.HTML != "" {
		var page strings.Builder
		if err := rep.HTML(&page); err != nil {
			return err
		}
		if err := instance.WriteFile(c.HTML, []byte(page.String()), 0o600); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	if c.Out != "" {
		var text strings.Builder
		if err := printJSON(&text, rep); err != nil {
			return err
		}
		if err := instance.WriteFile(c.Out, []byte(text.String()), 0o600); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	return nil
}

func (c backtestCmd) tell(w io.Writer, r *backtest.Report) error {
	fmt.Fprintf(w, "Rule set %s on snapshot %s, as known on %s.\n", r.RuleSet, r.Snapshot, r.AsOf)
	if r.Silence != "" {
		fmt.Fprintln(w, r.Silence)
	} else {
		fmt.Fprintf(w, "Replayed week by week from %s to %s, %d providers; an outcome must follow within %d days. Intervals are 95 %%.\n", r.Since, r.Until, r.Providers, r.HorizonDays)
	}
	for _, o := range r.Outcomes {
		fmt.Fprintf(w, "\n%s\n", o.Title)
		if o.Silence != "" {
			fmt.Fprintf(w, "  %s\n", o.Silence)
			continue
		}
		if err := tellOutcome(w, o); err != nil {
			return err
		}
	}
	for _, p := range r.Public {
		fmt.Fprintf(w, "\n%s\n  %d locations. %s\n", p.Title, p.Locations, p.Note)
		for _, o := range p.Outcomes {
			fmt.Fprintf(w, "  %s\n", o.Title)
			var rows [][]string
			for _, f := range o.Findings {
				rows = append(rows, []string{"  " + f.Title, fmt.Sprint(f.Rows), fmt.Sprint(f.Events), backtest.EstimateText(f.AUC)})
			}
			if err := printTable(w, []string{"  PREDICTOR", "LOOKS", "FOLLOWED", "AREA UNDER THE CURVE"}, rows); err != nil {
				return err
			}
		}
	}
	return nil
}

func tellOutcome(w io.Writer, o backtest.OutcomeReport) error {
	var rows [][]string
	for _, m := range o.Methods {
		rows = append(rows, []string{m.Title, fmt.Sprintf("%.1f", m.AlertsPer100), fmt.Sprintf("%.1f %%", 100*m.TimeAlerted), backtest.ShareText(m.Precision), backtest.ShareText(m.Recall), leadText(m)})
	}
	if len(rows) > 0 {
		if err := printTable(w, []string{"METHOD", "PER 100 PROVIDER-YEARS", "TIME ALERTED", "PRECISION", "RECALL", "MEDIAN LEAD"}, rows); err != nil {
			return err
		}
	}
	rows = nil
	for _, a := range o.Areas {
		rows = append(rows, []string{a.Title, fmt.Sprint(a.Rows), fmt.Sprint(a.Events), backtest.EstimateText(a.AUC)})
	}
	if len(rows) > 0 {
		if err := printTable(w, []string{"RANKING", "LOOKS", "FOLLOWED", "AREA UNDER THE CURVE"}, rows); err != nil {
			return err
		}
	}
	for _, p := range o.Planted {
		fmt.Fprintf(w, "  %s: found %s; alerts that belong to a story %s; median %.0f days after it began\n", p.Title, backtest.ShareText(p.Found), backtest.ShareText(p.Belong), p.Delay.Value)
	}
	return nil
}

func leadText(m backtest.MethodReport) string {
	if m.Lead.N == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f days", m.Lead.Median.Value)
}
