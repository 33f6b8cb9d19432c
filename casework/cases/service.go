package cases

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bellwether/casework/pathway"
	"bellwether/casework/store"
	"bellwether/casework/workdays"
)

// Service records what people do on cases.
type Service struct {
	store   store.Store
	now     func() time.Time
	pathway *pathway.Pathway
}

// Act is what every step needs: who acts, on which case as they saw it, and what the data said then.
type Act struct {
	By   string
	Case Case
	Seen Seen
	// Consultation is the number of the police consultation about this step, where one is needed.
	Consultation int
}

// Opening is what a new case is opened with.
type Opening struct {
	ProviderID, ProviderName, FlagID, Stage, Reason string
}

// Open opens a case at any stage, with or without a flag, even for a provider that is not in the data.
func (s *Service) Open(ctx context.Context, a Act, o Opening) (Case, error) {
	bad := &InputError{}
	o.ProviderName, o.Reason = strings.TrimSpace(o.ProviderName), strings.TrimSpace(o.Reason)
	if o.ProviderName == "" || utf8.RuneCountInString(o.ProviderName) > 200 {
		bad.Problems = append(bad.Problems, Problem{"provider_name", "name the provider, in at most 200 letters"})
	}
	stage, known := s.pathway.Stage(o.Stage)
	switch {
	case !known || s.pathway.Ended(stage.ID) || stage.ID == "watch":
		bad.Problems = append(bad.Problems, Problem{"stage", "choose the stage at which the case begins"})
	case stage.Level == 3 && utf8.RuneCountInString(o.Reason) < 20:
		bad.Problems = append(bad.Problems, Problem{"reason", "failure is never inferred: name the event, the notice or the emergency"})
	}
	if n := utf8.RuneCountInString(o.Reason); n < 3 || n > MaxText {
		bad.Problems = append(bad.Problems, Problem{"reason", "say why the case is opened"})
	}
	if len(bad.Problems) > 0 {
		return Case{}, bad
	}
	id, err := newID()
	if err != nil {
		return Case{}, err
	}
	a.Case = Case{ID: id}
	return s.add(ctx, a, event{opened, payload{ProviderID: o.ProviderID, ProviderName: o.ProviderName, FlagID: o.FlagID, Stage: o.Stage, Text: o.Reason, Seen: &a.Seen}})
}

// newID is opaque: numbers in a row would give away that a case is hidden.
func newID() (string, error) {
	raw := make([]byte, 12)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("cases: no random numbers: %w", err)
	}
	return hex.EncodeToString(raw), nil
}

// Move takes the case to another stage. What the pathway does not allow is refused with the rule that forbids it.
func (s *Service) Move(ctx context.Context, a Act, move, reason string) (Case, error) {
	reason, bad := cleanReason(reason)
	if bad != nil {
		return Case{}, bad
	}
	events, facts, err := s.police(a, "")
	if err != nil {
		return Case{}, err
	}
	to, err := s.pathway.Take(a.Case.Stage, move, facts)
	if err != nil {
		return Case{}, err
	}
	return s.add(ctx, a, append(events, event{moved, payload{Move: move, Stage: to.ID, Text: reason, Seen: &a.Seen}})...)
}

// Begin begins a process beside the stages, such as the strategic group or emergency planning. route says who refers.
func (s *Service) Begin(ctx context.Context, a Act, track, route, reason string) (Case, error) {
	reason, bad := cleanReason(reason)
	if bad != nil {
		return Case{}, bad
	}
	events, facts, err := s.police(a, "")
	if err != nil {
		return Case{}, err
	}
	facts["referral_route"] = route == "process" || route == "qsig"
	if err := s.pathway.Begin(a.Case.Stage, track, facts); err != nil {
		return Case{}, err
	}
	if slices.ContainsFunc(a.Case.Tracks, func(t Track) bool { return t.ID == track }) {
		return Case{}, wrong("track", "this has begun already")
	}
	if route != "" {
		reason = map[string]string{"process": "Referred by the process. ", "qsig": "Referred by QSIG. "}[route] + reason
	}
	return s.add(ctx, a, append(events, event{began, payload{Track: track, Text: reason, Seen: &a.Seen}})...)
}

// police checks that a step on a case under criminal investigation names the consultation about it, and gives the facts.
func (s *Service) police(a Act, register string) ([]event, pathway.Facts, error) {
	stage, _ := s.pathway.Stage(a.Case.Stage)
	facts := a.Case.Facts(s.now(), stage, a.Case.Raised(a.Seen))
	facts[pathway.Reason] = true
	if !a.Case.NeedsPolice(register) {
		return nil, facts, nil
	}
	if bad := a.Case.checkConsulted(a.Consultation); bad != nil {
		return nil, nil, bad
	}
	facts[pathway.PoliceConsulted] = true
	return []event{{consulted, payload{Register: "police", Number: a.Consultation}}}, facts, nil
}

// Tick says that a point of the present stage, or of a process that has begun, is met, with a note; done false takes that back.
func (s *Service) Tick(ctx context.Context, a Act, point, note string, done bool) (Case, error) {
	where, id, _ := strings.Cut(point, "/")
	var list []pathway.Item
	if stage, ok := s.pathway.Stage(where); ok && where == a.Case.Stage {
		list = stage.Checklist
	}
	if track, ok := s.pathway.Track(where); ok && slices.ContainsFunc(a.Case.Tracks, func(t Track) bool { return t.ID == where }) {
		list = track.Checklist
	}
	i := slices.IndexFunc(list, func(i pathway.Item) bool { return i.ID == id })
	if i < 0 {
		return Case{}, wrong("point", "the point is not one of where the case stands")
	}
	if _, is := a.Case.Ticks[point]; is == done {
		return Case{}, wrong("point", "the point is as you want it already")
	}
	if utf8.RuneCountInString(note) > MaxText {
		return Case{}, wrong("note", "at most %d letters", MaxText)
	}
	kind := ticked
	if !done {
		kind = unticked
	}
	stage, _ := s.pathway.Stage(a.Case.Stage)
	if fact := list[i].Gives; done && fact != "" && fact != "decision_to_initiate" && !a.Case.Facts(s.now(), stage, a.Case.Raised(a.Seen))[fact] {
		return Case{}, wrong("point", "nothing recorded shows this yet: %s", missing[fact])
	}
	return s.add(ctx, a, event{kind, payload{Point: point, Text: strings.TrimSpace(note)}})
}

// missing says where what shows a fact is recorded.
var missing = map[string]string{
	"improvement_plan": "record the plan's submission and its agreement", "review_period": "record the plan with the end of its review period",
	"lead_agency": "name the lead agency, the chair and the lead enquiry officer in the roles", "findings_date": "put the findings meeting among the meetings, with its day",
	"assurance_evidence": "record a test whose improvement is attained and can be sustained", "closure_letters": "record the letters to the provider and to CQC",
	"watch_over": "the watch period has not passed, or a flag is open", "s48_test": "answer the four questions", "duty_ended": "record the day on which the duty ended",
	"closure_criterion": "record which closure criterion is met",
	"officer_report":    "record the officer's report with its recommendation", "options_exhausted": "record the section 48 test with the options exhausted",
	"team_active": "record who is in the emergency response team", "people_listed": "list the affected services and people",
	"heads_met": "record the meeting of the Heads of Service with its attendance, contracts and commissioning among them", "minutes_out": "circulate the minutes of the strategic group's meetings",
	"frequency_minuted": "minute how often the strategic group meets",
}

// Record adds an entry to a register.
func (s *Service) Record(ctx context.Context, a Act, register string, values map[string]string) (Case, error) {
	r, found := Find(register)
	if !found {
		return Case{}, wrong("register", "there is no such register")
	}
	stored, bad := a.Case.checkValues(r, values, s.now())
	if bad != nil {
		return Case{}, bad
	}
	if rule := rules[register]; rule != nil {
		if bad := rule(&a.Case, stored, nil, s.now()); bad != nil {
			return Case{}, bad
		}
	}
	var events []event
	if a.Case.NeedsPolice(register) {
		var err error
		if events, _, err = s.police(a, register); err != nil {
			return Case{}, err
		}
	}
	if r.Closed {
		return Case{}, wrong("register", "entries come here by a step of their own")
	}
	number := a.Case.next(register)
	for n, values := range repeated(register, stored) {
		events = append(events, event{recorded, payload{Register: register, Number: number + n, Values: values, Seen: r.evidence(a)}})
	}
	if register == "attendance" && stored["person"] != "" && stored["interest"] != "" {
		// What is declared at a meeting counts at once, like a declaration made before it.
		events = append(events, event{recorded, payload{Register: "interests", Number: a.Case.next("interests"),
			Values: map[string]string{"on": s.now().Format(time.DateOnly), "person": stored["person"], "interest": stored["interest"]}}})
	}
	return s.add(ctx, a, events...)
}

// next is the number of the next entry of a register.
func (c *Case) next(register string) int {
	if list := c.Records[register]; len(list) > 0 {
		return list[len(list)-1].Number + 1
	}
	return 1
}

// maxVisits bounds how many visits one schedule plans.
const maxVisits = 60

// repeated spreads an entry over its schedule: enhanced monitoring is one entry for each visit, so that each can be done or be late.
func repeated(register string, values map[string]string) []map[string]string {
	step := map[string]int{"week": 7, "fortnight": 14, "four_weeks": 28}[values["every"]]
	until, _ := time.Parse(time.DateOnly, values["until"])
	first, err := time.Parse(time.DateOnly, values["planned_on"])
	if register != "monitoring" || step == 0 || err != nil || until.IsZero() {
		return []map[string]string{values}
	}
	var out []map[string]string
	for at := first; !at.After(until) && len(out) < maxVisits; at = at.AddDate(0, 0, step) {
		visit := maps.Clone(values)
		visit["planned_on"] = at.Format(time.DateOnly)
		if len(out) > 0 {
			delete(visit, "done_on")
			delete(visit, "finding")
		}
		out = append(out, visit)
	}
	return out
}

// Escalation is the reviewing group's decision on a case whose risks remain high.
type Escalation struct {
	Refer    bool
	Reason   string
	ReviewOn time.Time
}

// Escalate records the decision; referring begins the strategic group's process with the group as its route.
func (s *Service) Escalate(ctx context.Context, a Act, e Escalation) (Case, error) {
	reason, bad := cleanReason(e.Reason)
	if bad != nil {
		return Case{}, bad
	}
	stage, _ := s.pathway.Stage(a.Case.Stage)
	risk := a.Case.HighRisk(s.now(), stage)
	today := workdays.Day(s.now())
	switch {
	case !risk.High:
		return Case{}, wrong("decision", "no high risk is unresolved on this case")
	case !e.Refer && (e.ReviewOn.IsZero() || !e.ReviewOn.After(today)):
		return Case{}, wrong("review_on", "say on which later day the group looks again: a high risk is never put away")
	case !e.Refer && e.ReviewOn.After(today.AddDate(0, 0, 92)):
		return Case{}, wrong("review_on", "look again within three months")
	}
	values := map[string]string{"on": today.Format(time.DateOnly), "decision": "hold", "reason": reason}
	if !e.ReviewOn.IsZero() {
		values["review_on"] = e.ReviewOn.Format(time.DateOnly)
	}
	events, facts, err := s.police(a, "")
	if err != nil {
		return Case{}, err
	}
	if e.Refer {
		values["decision"] = "escalate"
		facts["referral_route"] = true
		if !a.Case.Referred() {
			if err := s.pathway.Begin(a.Case.Stage, "strategic_group", facts); err != nil {
				return Case{}, err
			}
			events = append(events, event{began, payload{Track: "strategic_group", Text: "Referred by QSIG. " + reason, Seen: &a.Seen}})
		}
	}
	events = append(events, event{recorded, payload{Register: "escalations", Number: a.Case.next("escalations"), Values: values, Seen: &a.Seen}})
	return s.add(ctx, a, events...)
}

// RecordAll adds several entries to a register: all of them, or none. A refusal names each line, counted from 2 as under a row of headings.
func (s *Service) RecordAll(ctx context.Context, a Act, register string, entries []map[string]string) (Case, error) {
	r, found := Find(register)
	if !found || r.Closed || len(entries) == 0 {
		return Case{}, wrong("register", "there is nothing to record")
	}
	if a.Case.NeedsPolice(register) {
		return Case{}, wrong("consultation", "a criminal investigation is active: record each by itself, with its consultation of the police")
	}
	stored, bad := s.CheckAll(a.Case, r, entries)
	if len(bad.Problems) > 0 {
		return Case{}, bad
	}
	var events []event
	for n, values := range stored {
		events = append(events, event{recorded, payload{Register: register, Number: a.Case.next(register) + n, Values: values}})
	}
	return s.add(ctx, a, events...)
}

// CheckAll checks several entries as RecordAll would, one after the other, and gives what would be stored with everything that is wrong,
// line by line. An entry with a mistake is left out of the rest.
func (s *Service) CheckAll(c Case, r Register, entries []map[string]string) ([]map[string]string, *InputError) {
	var good []map[string]string
	all := &InputError{}
	for n, values := range entries {
		stored, bad := c.checkValues(r, values, s.now())
		if rule := rules[r.ID]; bad == nil && rule != nil {
			bad = rule(&c, stored, nil, s.now())
		}
		if bad != nil {
			for _, p := range bad.Problems {
				all.Problems = append(all.Problems, Problem{p.Field, fmt.Sprintf("line %d: %s", n+2, p.Says)})
			}
			continue
		}
		number := c.next(r.ID)
		c.Records = maps.Clone(c.Records)
		if c.Records == nil {
			c.Records = map[string][]Record{}
		}
		c.Records[r.ID] = append(slices.Clip(c.Records[r.ID]), Record{Number: number, Values: stored})
		good = append(good, stored)
	}
	return good, all
}

// Amend records what an entry says from now on; what it said stays in the history.
func (s *Service) Amend(ctx context.Context, a Act, register string, number int, values map[string]string) (Case, error) {
	r, found := Find(register)
	before, held := a.Case.Find(register, number)
	if !found || !held || r.Closed {
		return Case{}, wrong("register", "there is no such entry to amend")
	}
	stored, bad := a.Case.checkValues(r, values, s.now())
	if bad != nil {
		return Case{}, bad
	}
	if rule := rules[register]; rule != nil {
		if bad := rule(&a.Case, stored, &before, s.now()); bad != nil {
			return Case{}, bad
		}
	}
	var events []event
	if a.Case.goesOn(register, before, stored) {
		var err error
		if events, _, err = s.police(a, ""); err != nil {
			return Case{}, err
		}
	}
	return s.add(ctx, a, append(events, event{amended, payload{Register: register, Number: number, Values: stored, Seen: r.evidence(a)}})...)
}

// evidence is what the data said when an entry was made, for entries that are decisions.
func (r Register) evidence(a Act) *Seen {
	if !r.Decides {
		return nil
	}
	return &a.Seen
}

// Issue notes that a paper was made for people, one line a recipient.
func (s *Service) Issue(ctx context.Context, a Act, paper string, recipients []string) (Case, error) {
	if len(recipients) == 0 {
		return Case{}, wrong("recipients", "say who gets a copy: each copy is logged")
	}
	var events []event
	for _, r := range recipients {
		if n := utf8.RuneCountInString(r); n < 2 || n > 200 {
			return Case{}, wrong("recipients", "each recipient has 2 to 200 letters")
		}
		events = append(events, event{issued, payload{Register: paper, Text: r}})
	}
	return s.add(ctx, a, events...)
}

type event struct {
	kind string
	data payload
}

func cleanReason(text string) (string, *InputError) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n < 3 || n > MaxText || !utf8.ValidString(text) {
		return "", wrong("reason", "say why, so that the next reader understands")
	}
	return text, nil
}

// add appends events that have been found allowed.
func (s *Service) add(ctx context.Context, a Act, events ...event) (Case, error) {
	var additions []store.NewEvent
	for _, e := range events {
		data, err := json.Marshal(e.data)
		if err != nil {
			return Case{}, fmt.Errorf("cases: cannot record the step: %w", err)
		}
		additions = append(additions, store.NewEvent{Type: e.kind, At: s.now(), Actor: a.By, Data: data})
	}
	held, err := s.store.Append(ctx, streamPrefix+a.Case.ID, a.Case.Version, additions...)
	if err != nil {
		return Case{}, err
	}
	c := a.Case
	// The desk's own copy grows behind the same slice.
	c.History = slices.Clip(c.History)
	for _, e := range held {
		if c, err = Fold(c, e); err != nil {
			return Case{}, errors.Join(err)
		}
	}
	return c, nil
}
