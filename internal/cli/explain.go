package cli

import (
	"errors"
	"fmt"
	"io"
	"time"

	"bellwether/analytics/rules"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/replay"
	"bellwether/internal/warehouse"
)

type explainCmd struct {
	Flag     string `arg:"" help:"A flag's id, or the first six or more characters of it."`
	Snapshot string `help:"An older snapshot's id."`
}

// Help gives an example.
func (explainCmd) Help() string {
	return "Recomputes the flag from the snapshot: its looks, its signals, the rule and the rows behind it. Every value must agree with what was stored, to the last digit; if one does not, it is named and the exit code is 3.\n\nExample:\n  bellwether explain 4f2a91c07b3e --dir instance"
}

// Run recomputes a flag and says what it rests on.
func (c explainCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	snap, err := s.openSnapshot(cfg, c.Snapshot)
	if err != nil {
		return err
	}
	defer snap.Close()
	x, err := replay.Explain(s.ctx, snap.DB(), c.Flag)
	var none *replay.NoFlagError
	if errors.As(err, &none) {
		return usage{err}
	}
	if err != nil {
		return err
	}
	if s.JSON {
		err = printJSON(s.Stdout, explained(x, snap.ID))
	} else {
		err = tellExplanation(s.Stdout, x, snap.ID)
	}
	if err == nil && len(x.Mismatches) > 0 {
		return refusal{fmt.Errorf("%d values do not agree with what was stored; make the snapshot again with `bellwether run --full`, and if they still differ, keep both snapshots and report it", len(x.Mismatches))}
	}
	return err
}

// openSnapshot opens the newest snapshot, or the one with the id.
func (s *session) openSnapshot(cfg config.Config, id string) (*warehouse.Snapshot, error) {
	info, err := pick(cfg.Path(instance.Snapshots), id)
	if err != nil {
		return nil, err
	}
	return warehouse.OpenSnapshot(info.Path, instance.Limits(cfg), cfg.Path(instance.Temp))
}

type explanationJSON struct {
	Flag           string                   `json:"flag"`
	Snapshot       string                   `json:"snapshot"`
	AsOf           string                   `json:"as_of"`
	RuleSet        string                   `json:"rule_set"`
	Rule           string                   `json:"rule"`
	Level          string                   `json:"level"`
	Strength       string                   `json:"strength"`
	State          string                   `json:"state"`
	Sentence       string                   `json:"sentence"`
	Citation       string                   `json:"citation,omitempty"`
	Counterfactual string                   `json:"counterfactual"`
	Coverage       string                   `json:"coverage"`
	Observed       *float64                 `json:"observed,omitempty"`
	Expected       *float64                 `json:"expected,omitempty"`
	UsualLow       *float64                 `json:"usual_low,omitempty"`
	UsualHigh      *float64                 `json:"usual_high,omitempty"`
	Threshold      *float64                 `json:"threshold,omitempty"`
	OneIn          int64                    `json:"once_in,omitempty"`
	Expression     string                   `json:"expression"`
	Outcome        string                   `json:"outcome"`
	Inputs         []inputJSON              `json:"inputs"`
	Evidence       []evidenceJSON           `json:"evidence"`
	Compared       int                      `json:"values_compared"`
	Agrees         bool                     `json:"agrees"`
	Mismatches     []replay.Mismatch        `json:"mismatches,omitempty"`
	Recording      []replay.RecordingChange `json:"recording_changes,omitempty"`
}

type inputJSON struct {
	Indicator string   `json:"indicator"`
	Value     *float64 `json:"value"`
	Text      string   `json:"text"`
}

type evidenceJSON struct {
	replay.EvidenceRow
	On    string `json:"on"`
	Known string `json:"known_from"`
}

func pointer(n rules.Number) *float64 {
	if !n.OK {
		return nil
	}
	return &n.Value
}

func explained(x *replay.Explanation, snapshot string) explanationJSON {
	f := x.Flag
	out := explanationJSON{Flag: f.FlagID, Snapshot: snapshot, AsOf: x.AsOf.Format(time.DateOnly), RuleSet: f.RuleSet, Rule: f.RuleID, Level: f.Level.String(), Strength: string(f.Strength),
		State: string(f.State), Sentence: f.Sentence, Citation: f.Citation, Counterfactual: f.Counterfactual, Coverage: f.Coverage, Observed: pointer(f.Observed), Expected: pointer(f.Expected),
		UsualLow: pointer(f.UsualLow), UsualHigh: pointer(f.UsualHigh), Threshold: pointer(f.Threshold), OneIn: f.OneIn, Expression: x.Rule.Expression, Outcome: x.Rule.Outcome.String(),
		Inputs: []inputJSON{}, Evidence: []evidenceJSON{}, Compared: x.Compared, Agrees: len(x.Mismatches) == 0, Mismatches: x.Mismatches, Recording: x.Recording}
	for _, in := range x.Rule.Inputs {
		out.Inputs = append(out.Inputs, inputJSON{in.Indicator.Name, pointer(in.Value), in.Text})
	}
	for _, e := range x.Evidence {
		out.Evidence = append(out.Evidence, evidenceJSON{e, isoDay(e.OccurredOn.Time), isoDay(e.KnownFrom.Time)})
	}
	return out
}

func isoDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func tellExplanation(w io.Writer, x *replay.Explanation, snapshot string) error {
	f := x.Flag
	if f.FlagID != "" {
		fmt.Fprintf(w, "%s\n\n", f.Sentence)
		fmt.Fprintf(w, "  %s, %s, %s (%s). As known on %s; snapshot %s; rules %s.\n", f.RuleTitle, f.Level.Title(), f.State, f.Strength, day(x.AsOf), snapshot, f.RuleSet)
		fmt.Fprintf(w, "  Began %s, last met %s.", day(f.OpenedOn), day(f.LastMetOn))
		if f.CorroboratedBy != "" {
			fmt.Fprintf(w, " Second source: %s.", f.CorroboratedBy)
		}
		fmt.Fprintln(w)
		for _, n := range []struct {
			name string
			x    rules.Number
		}{{"observed", f.Observed}, {"expected", f.Expected}, {"usual, lowest", f.UsualLow}, {"usual, highest", f.UsualHigh}, {"threshold", f.Threshold}} {
			if n.x.OK {
				fmt.Fprintf(w, "  %-15s %s\n", n.name, rules.Figures(n.x.Value))
			}
		}
		if f.OneIn > 0 {
			fmt.Fprintf(w, "  by chance       %s such periods\n", rules.Chance(f.OneIn))
		}
		if f.Citation != "" {
			fmt.Fprintf(w, "  text            %s\n", f.Citation)
		}
		fmt.Fprintf(w, "  basis           %s\n  %s\n  %s\n\n", f.Basis, f.Counterfactual, f.Coverage)
		fmt.Fprintf(w, "The rule, evaluated again: %s\n  when %s\n", x.Rule.Outcome, x.Rule.Expression)
		for _, in := range x.Rule.Inputs {
			fmt.Fprintf(w, "  %-28s %s\n", in.Indicator.Name, in.Text)
		}
		for _, r := range x.Recording {
			fmt.Fprintf(w, "\nRecording changed: %s. %s %d of the concerns behind this flag come from it.\n", oneLine(r.Source), oneLine(r.Says), r.Concerns)
		}
		fmt.Fprintf(w, "\n%d rows behind it\n", len(x.Evidence))
		for _, e := range x.Evidence {
			fmt.Fprintf(w, "  %s  %s (%s)\n", day(e.OccurredOn.Time), oneLine(e.What), e.Feed)
		}
	}
	if len(x.Mismatches) == 0 {
		_, err := fmt.Fprintf(w, "\nRecomputed from the snapshot: all %d values and %d rows agree with what was stored.\n", x.Compared, len(x.Evidence))
		return err
	}
	fmt.Fprintln(w, "\nThese do not agree:")
	for _, m := range x.Mismatches {
		fmt.Fprintf(w, "  %s: stored %q, recomputed %q\n", m.What, m.Stored, m.Recomputed)
	}
	return nil
}
