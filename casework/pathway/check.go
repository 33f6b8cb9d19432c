package pathway

import (
	"fmt"
	"regexp"
	"slices"
)

var idForm = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

// check finds what is wrong with a pathway: words that name nothing, points
// without a source, stages that cannot be reached, and stages from which no
// end can be reached.
func (p *Pathway) check() error {
	if p.Version != 1 {
		return fmt.Errorf("version is %d; this program reads version 1", p.Version)
	}
	if p.Name == "" || p.Title == "" {
		return fmt.Errorf("a pathway needs a name and a title")
	}
	if err := p.checkStages(); err != nil {
		return err
	}
	if err := p.checkMoves(); err != nil {
		return err
	}
	if err := p.checkBeside(); err != nil {
		return err
	}
	return p.checkWays()
}

func (p *Pathway) checkStages() error {
	seen := map[string]bool{}
	for _, s := range p.Stages {
		switch {
		case !idForm.MatchString(s.ID):
			return fmt.Errorf("the stage id %q is not 2 to 40 small letters, digits and underscores", s.ID)
		case seen[s.ID]:
			return fmt.Errorf("the stage %s is described twice", s.ID)
		case s.Title == "":
			return fmt.Errorf("the stage %s has no title", s.ID)
		case s.Level < 0 || s.Level > 3:
			return fmt.Errorf("the stage %s has level %d; levels are 0 to 3", s.ID, s.Level)
		case s.Days < 0:
			return fmt.Errorf("the stage %s has a negative number of days", s.ID)
		}
		seen[s.ID] = true
		if err := checkList("stage "+s.ID, s.Checklist); err != nil {
			return err
		}
	}
	if err := p.known("start", p.Start); err != nil {
		return err
	}
	if len(p.End) == 0 {
		return fmt.Errorf("there is no end")
	}
	return p.known("end", p.End...)
}

func checkList(where string, items []Item) error {
	seen := map[string]bool{}
	for _, i := range items {
		switch {
		case !idForm.MatchString(i.ID):
			return fmt.Errorf("%s: the point %q is not named by 2 to 40 small letters, digits and underscores", where, i.ID)
		case seen[i.ID]:
			return fmt.Errorf("%s: the point %s stands twice", where, i.ID)
		case i.Text == "" || i.From == "":
			return fmt.Errorf("%s: the point %s needs a text and the clause that it comes from", where, i.ID)
		case i.Gives != "" && lacking[i.Gives] == "":
			return fmt.Errorf("%s: the point %s gives the unknown fact %q", where, i.ID, i.Gives)
		}
		seen[i.ID] = true
	}
	return nil
}

func (p *Pathway) checkMoves() error {
	seen := map[string]bool{}
	for _, m := range p.Moves {
		where := "move " + m.ID
		switch {
		case !idForm.MatchString(m.ID):
			return fmt.Errorf("the move id %q is not 2 to 40 small letters, digits and underscores", m.ID)
		case seen[m.ID]:
			return fmt.Errorf("the move %s is described twice", m.ID)
		case m.Title == "":
			return fmt.Errorf("%s has no title", where)
		case !slices.Contains(kinds, m.Kind):
			return fmt.Errorf("%s has the unknown kind %q", where, m.Kind)
		case len(m.From) == 0:
			return fmt.Errorf("%s comes from nowhere", where)
		case !slices.Contains(m.Needs, Reason):
			return fmt.Errorf("%s needs no reason: every move has one", where)
		}
		seen[m.ID] = true
		if err := p.known(where, append(slices.Clone(m.From), m.To)...); err != nil {
			return err
		}
		if err := knownFacts(where, m.Needs...); err != nil {
			return err
		}
		if err := p.checkDirection(m); err != nil {
			return err
		}
	}
	return nil
}

// checkDirection holds the kind of a move against the levels of its ends.
func (p *Pathway) checkDirection(m Move) error {
	to, _ := p.Stage(m.To)
	for _, id := range m.From {
		from, _ := p.Stage(id)
		switch {
		case m.Kind == Continue && m.To != id:
			return fmt.Errorf("move %s continues but leads from %s to %s", m.ID, id, m.To)
		case m.Kind == StepDown && to.Level >= from.Level:
			return fmt.Errorf("move %s steps down but leads from level %d to level %d", m.ID, from.Level, to.Level)
		case m.Kind == Skip && to.Level < from.Level+2:
			return fmt.Errorf("move %s skips but leads from level %d to level %d", m.ID, from.Level, to.Level)
		}
	}
	return nil
}

func (p *Pathway) checkBeside() error {
	seen := map[string]bool{}
	for _, t := range p.Tracks {
		where := "track " + t.ID
		if !idForm.MatchString(t.ID) || t.Title == "" || len(t.From) == 0 || seen[t.ID] {
			return fmt.Errorf("track %q needs an id of its own, a title and stages that it begins in", t.ID)
		}
		seen[t.ID] = true
		if err := p.known(where, t.From...); err != nil {
			return err
		}
		if err := knownFacts(where, t.Needs...); err != nil {
			return err
		}
		if err := checkList(where, t.Checklist); err != nil {
			return err
		}
	}
	for _, f := range p.Forces {
		where := fmt.Sprintf("what is forced when %s", f.When)
		if f.Says == "" || f.From == "" || len(f.In) == 0 {
			return fmt.Errorf("%s needs a sentence, the clause it comes from and stages", where)
		}
		if err := knownFacts(where, append([]string{f.When}, f.Until...)...); err != nil {
			return err
		}
		if err := p.known(where, f.In...); err != nil {
			return err
		}
		if err := p.checkHolds(where, f); err != nil {
			return err
		}
		if f.Track != "" && !seen[f.Track] {
			return fmt.Errorf("%s names the unknown track %q", where, f.Track)
		}
		for _, stage := range f.In {
			if f.Move != "" && !slices.ContainsFunc(p.MovesFrom(stage), func(m Move) bool { return m.ID == f.Move }) {
				return fmt.Errorf("%s forces the move %s, which does not leave %s", where, f.Move, stage)
			}
			if t, _ := p.Track(f.Track); f.Track != "" && !slices.Contains(t.From, stage) {
				return fmt.Errorf("%s begins the track %s, which does not begin in %s", where, f.Track, stage)
			}
		}
	}
	return nil
}

// checkHolds refuses a force that holds moves for ever, moves that are not
// there, or the very move that it forces.
func (p *Pathway) checkHolds(where string, f Force) error {
	if len(f.Holds) > 0 && len(f.Until) == 0 {
		return fmt.Errorf("%s holds a move without saying until when", where)
	}
	for _, held := range f.Holds {
		leaves := func(m Move) bool {
			return m.ID == held && slices.ContainsFunc(m.From, func(s string) bool { return slices.Contains(f.In, s) })
		}
		if !slices.ContainsFunc(p.Moves, leaves) {
			return fmt.Errorf("%s holds the move %q, which leaves none of its stages", where, held)
		}
		if f.Move == held {
			return fmt.Errorf("%s both forces and holds the move %s: nothing could happen", where, held)
		}
	}
	return nil
}

// known checks that words name stages.
func (p *Pathway) known(where string, ids ...string) error {
	for _, id := range ids {
		if _, found := p.Stage(id); !found {
			return fmt.Errorf("%s names the unknown stage %q", where, id)
		}
	}
	return nil
}

func knownFacts(where string, names ...string) error {
	for _, name := range names {
		if lacking[name] == "" {
			return fmt.Errorf("%s uses the unknown fact %q", where, name)
		}
	}
	return nil
}

// checkWays finds stages that nothing leads to and stages without a way to an
// end, over moves that are ends in themselves or not.
func (p *Pathway) checkWays() error {
	reached := p.spread([]string{p.Start}, func(m Move) ([]string, []string) { return m.From, []string{m.To} })
	ending := p.spread(p.End, func(m Move) ([]string, []string) { return []string{m.To}, m.From })
	for _, s := range p.Stages {
		if !reached[s.ID] {
			return fmt.Errorf("nothing leads to the stage %s", s.ID)
		}
		if !ending[s.ID] {
			return fmt.Errorf("no way leads from the stage %s to an end", s.ID)
		}
		if s.Level < 3 && !p.canFail(s.ID) {
			return fmt.Errorf("the stage %s has no move to provider failure, which can happen at any time", s.ID)
		}
	}
	return nil
}

// canFail says whether a move leads straight to a stage of level 3. An end
// may be left without one: a closed case returns first.
func (p *Pathway) canFail(stage string) bool {
	if p.Ended(stage) {
		return true
	}
	return slices.ContainsFunc(p.MovesFrom(stage), func(m Move) bool { to, _ := p.Stage(m.To); return to.Level == 3 })
}

// spread follows moves from some stages as far as they go.
func (p *Pathway) spread(from []string, ends func(Move) (tails, heads []string)) map[string]bool {
	reached := map[string]bool{}
	for _, id := range from {
		reached[id] = true
	}
	for changed := true; changed; {
		changed = false
		for _, m := range p.Moves {
			tails, heads := ends(m)
			if !slices.ContainsFunc(tails, func(id string) bool { return reached[id] }) {
				continue
			}
			for _, id := range heads {
				changed = changed || !reached[id]
				reached[id] = true
			}
		}
	}
	return reached
}
