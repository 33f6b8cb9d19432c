package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	findings "bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/replay"
)

type rulesSimulateCmd struct {
	Set      string `required:"" help:"The rule set to try: default, west-sussex, tower-hamlets, or a file."`
	Since    string `help:"Compare from this date on (2026-03-14); a year before the snapshot's date if left out." placeholder:"DATE"`
	Snapshot string `help:"An older snapshot's id."`
	All      bool   `help:"List every flag that appears or vanishes, not the first twenty of each."`
}

// Help gives an example.
func (rulesSimulateCmd) Help() string {
	return "Runs another rule set over the looks that the newest snapshot keeps, with the engine that makes real flags, and sets the result beside the set in force. Nothing is changed.\n\nExample:\n  bellwether rules simulate --set my-rules.yml --since 2026-03-01 --dir instance"
}

// Run tries a rule set on stored history.
func (c rulesSimulateCmd) Run(s *session) error {
	since, err := parseDay(c.Since, "--since")
	if err != nil {
		return err
	}
	set, err := ruleFile(c.Set)
	if err != nil {
		return err
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	snap, err := s.openSnapshot(cfg, c.Snapshot)
	if err != nil {
		return err
	}
	defer snap.Close()
	m, err := replay.Read(s.ctx, snap.DB(), "")
	if err != nil {
		return err
	}
	if since.IsZero() {
		since = m.AsOf.AddDate(-1, 0, 0)
	}
	if since.After(m.AsOf) {
		return usage{fmt.Errorf("--since: %s is after %s, the date of the snapshot", day(since), day(m.AsOf))}
	}
	now, err := m.Find(m.Set)
	if err != nil {
		return err
	}
	other, err := m.Find(set)
	if err != nil {
		return err
	}
	cmp := findings.Compare(now, other, since)
	if s.JSON {
		return printJSON(s.Stdout, simulated(cmp, m, set, snap.ID))
	}
	return c.tell(s.Stdout, cmp, m, set, snap.ID)
}

type simulationJSON struct {
	Snapshot string                   `json:"snapshot"`
	Since    string                   `json:"since"`
	AsOf     string                   `json:"as_of"`
	InForce  string                   `json:"rule_set_in_force"`
	Tried    string                   `json:"rule_set_tried"`
	Same     int                      `json:"flags_that_stay"`
	Appear   []simulatedFlag          `json:"appear"`
	Vanish   []simulatedFlag          `json:"vanish"`
	Moves    []simulatedMove          `json:"providers_that_move"`
	Months   []simulatedMonth         `json:"months"`
	Load     map[string]findings.Load `json:"load"`
}

type simulatedFlag struct {
	Provider string `json:"provider_id"`
	Location string `json:"location_id,omitempty"`
	Rule     string `json:"rule"`
	Level    string `json:"level"`
	Counts   string `json:"counts_from"`
	Cleared  string `json:"cleared_on,omitempty"`
	Sentence string `json:"sentence"`
}

type simulatedMove struct {
	Provider string `json:"provider_id"`
	From     string `json:"from"`
	To       string `json:"to"`
}

type simulatedMonth struct {
	Month     string              `json:"month"`
	Providers int                 `json:"providers"`
	Now       findings.MonthCount `json:"in_force"`
	New       findings.MonthCount `json:"tried"`
}

func simulated(c findings.Comparison, m *replay.Market, set *rules.Set, snapshot string) simulationJSON {
	out := simulationJSON{Snapshot: snapshot, Since: isoDay(c.Since), AsOf: isoDay(m.AsOf), InForce: m.Set.ID + " " + m.Set.Hash[:12], Tried: set.ID + " " + set.Hash[:12], Same: c.Same,
		Appear: simulatedFlags(c.Appear), Vanish: simulatedFlags(c.Vanish), Moves: []simulatedMove{}, Months: []simulatedMonth{}, Load: map[string]findings.Load{"in_force": c.Now, "tried": c.New}}
	for _, mv := range c.Moves {
		out.Moves = append(out.Moves, simulatedMove{mv.ProviderID, mv.From.String(), mv.To.String()})
	}
	for _, mo := range c.Months {
		out.Months = append(out.Months, simulatedMonth{mo.Month.Format("2006-01"), mo.Providers, mo.Now, mo.New})
	}
	return out
}

func simulatedFlags(fs []findings.Flag) []simulatedFlag {
	out := make([]simulatedFlag, 0, len(fs))
	for _, f := range fs {
		out = append(out, simulatedFlag{f.ProviderID, f.LocationID, f.RuleID, f.Level.String(), isoDay(f.CountsFrom), isoDay(f.ClearedOn), f.Sentence})
	}
	return out
}

func (c rulesSimulateCmd) tell(w io.Writer, cmp findings.Comparison, m *replay.Market, set *rules.Set, snapshot string) error {
	fmt.Fprintf(w, "%s (%s) in place of %s (%s), on snapshot %s, %s to %s.\n", set.Title, set.Hash[:12], m.Set.Title, m.Set.Hash[:12], snapshot, day(cmp.Since), day(m.AsOf))
	fmt.Fprintf(w, "%d flags would appear, %d would vanish, %d stay. %d providers would stand at another level today.\n\n", len(cmp.Appear), len(cmp.Vanish), cmp.Same, len(cmp.Moves))
	rows := make([][]string, 0, len(cmp.Months))
	for _, mo := range cmp.Months {
		rows = append(rows, []string{mo.Month.Format("Jan 2006"), both(mo.Now.AtConcern, mo.New.AtConcern), both(mo.Now.AtAny, mo.New.AtAny), both(mo.Now.Began, mo.New.Began)})
	}
	if err := printTable(w, []string{"MONTH", "AT CONCERN OR ABOVE", "AT ANY LEVEL", "FLAGS BEGUN"}, rows); err != nil {
		return err
	}
	for _, mv := range cmp.Moves {
		fmt.Fprintf(w, "\n%s: %s → %s", mv.ProviderID, mv.From.Title(), mv.To.Title())
	}
	if len(cmp.Moves) > 0 {
		fmt.Fprintln(w)
	}
	c.list(w, "Would appear", cmp.Appear)
	c.list(w, "Would vanish", cmp.Vanish)
	_, err := fmt.Fprintf(w, "\nLoad with it: %s\n", cmp.New.Text)
	return err
}

func (c rulesSimulateCmd) list(w io.Writer, title string, fs []findings.Flag) {
	if len(fs) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for i, f := range fs {
		if i == 20 && !c.All {
			fmt.Fprintf(w, "  … and %d more; --all lists them\n", len(fs)-i)
			return
		}
		fmt.Fprintf(w, "  %s  %s  %s  %s\n", dayOr(f.CountsFrom), strings.Join([]string{f.ProviderID, f.LocationID}, " "), f.RuleID, oneLine(f.Sentence))
	}
}

func dayOr(t time.Time) string { return fmt.Sprintf("%11s", day(t)) }

// both writes what is and what would be.
func both(now, then int) string { return fmt.Sprintf("%d → %d", now, then) }
