package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	findings "bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/backtest"
)

type rulesSimulateCmd struct {
	Set      string `help:"The rule set to try: default, west-sussex, tower-hamlets, or a file." xor:"tried"`
	Move     string `help:"Move one limit of the set in force instead: rule.indicator=number." placeholder:"RULE.INDICATOR=N" xor:"tried"`
	Since    string `help:"Compare from this date on (2026-03-14); a year before the snapshot's date if left out." placeholder:"DATE"`
	Snapshot string `help:"An older snapshot's id."`
	All      bool   `help:"List every flag that appears or vanishes, not the first twenty of each."`
}

// Help gives an example.
func (rulesSimulateCmd) Help() string {
	return "Runs another rule set over the looks that the newest snapshot keeps, with the engine that makes real flags, and sets the result beside the set in force. Nothing is changed.\n\nExample:\n  bellwether rules simulate --set my-rules.yml --since 2026-03-01 --dir instance\n  bellwether rules simulate --move concerns_repeated.concerns_12w=4 --dir instance"
}

// Run tries a rule set on stored history.
func (c rulesSimulateCmd) Run(s *session) error {
	since, err := parseDay(c.Since, "--since")
	if err != nil {
		return err
	}
	change, err := c.change()
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
	t, err := backtest.Try(s.ctx, snap.DB(), change, 0)
	var refused *rules.MoveError
	if errors.As(err, &refused) {
		return usage{fmt.Errorf("--move: %w", err)}
	}
	if err != nil {
		return err
	}
	if since.IsZero() {
		since = t.AsOf.AddDate(-1, 0, 0)
	}
	if since.After(t.AsOf) {
		return usage{fmt.Errorf("--since: %s is after %s, the date of the snapshot", day(since), day(t.AsOf))}
	}
	sim := t.Compare(since, nil)
	if s.JSON {
		return printJSON(s.Stdout, simulated(sim, t, snap.ID))
	}
	return c.tell(s.Stdout, sim, t, snap.ID)
}

// change gives what makes the set that is tried.
func (c rulesSimulateCmd) change() (func(*rules.Set) (*rules.Set, error), error) {
	if c.Set != "" {
		set, err := ruleFile(c.Set)
		return func(*rules.Set) (*rules.Set, error) { return set, nil }, err
	}
	limit, number, ok := strings.Cut(c.Move, "=")
	rule, indicator, named := strings.Cut(limit, ".")
	to, err := strconv.ParseFloat(number, 64)
	if !ok || !named || err != nil {
		return nil, usage{errors.New("name what to try: --set with a rule set, or --move as rule.indicator=number, for example --move manager_absent.manager_absent_days=42")}
	}
	return func(inForce *rules.Set) (*rules.Set, error) { return inForce.Move(rule, indicator, to) }, nil
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

	AppearAfter backtest.Aftermath `json:"what_followed_those_that_appear"`
	VanishAfter backtest.Aftermath `json:"what_followed_those_that_vanish"`
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

func simulated(sim backtest.Simulation, t *backtest.Trial, snapshot string) simulationJSON {
	c := sim.Comparison
	out := simulationJSON{Snapshot: snapshot, Since: isoDay(c.Since), AsOf: isoDay(t.AsOf), InForce: t.Set.ID + " " + t.Set.Hash[:12], Tried: t.Tried.ID + " " + t.Tried.Hash[:12], Same: c.Same,
		Appear: simulatedFlags(c.Appear), Vanish: simulatedFlags(c.Vanish), Moves: []simulatedMove{}, Months: []simulatedMonth{}, Load: map[string]findings.Load{"in_force": c.Now, "tried": c.New},
		AppearAfter: sim.Appear, VanishAfter: sim.Vanish}
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

func (c rulesSimulateCmd) tell(w io.Writer, sim backtest.Simulation, t *backtest.Trial, snapshot string) error {
	cmp := sim.Comparison
	fmt.Fprintf(w, "%s (%s) in place of %s (%s), on snapshot %s, %s to %s.\n", t.Tried.Title, t.Tried.Hash[:12], t.Set.Title, t.Set.Hash[:12], snapshot, day(cmp.Since), day(t.AsOf))
	fmt.Fprintf(w, "%d flags would appear, %d would vanish, %d stay. %d providers would stand at another level today.\n\n", len(cmp.Appear), len(cmp.Vanish), cmp.Same, len(cmp.Moves))
	followed(w, "those that would appear", sim.Appear)
	followed(w, "those that would vanish", sim.Vanish)
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

// followed says what became of flags.
func followed(w io.Writer, which string, a backtest.Aftermath) {
	if a.Flags > 0 {
		fmt.Fprintf(w, "Of %s, %d were followed within half a year by a lower rating, a closure while rated Inadequate or a panel's confirmation; %d are too recent to tell.\n", which, a.Followed, a.TooRecent)
	}
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
