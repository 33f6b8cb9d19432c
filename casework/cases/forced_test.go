package cases

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/casework/pathway"
)

// at brings a case to findings with a plan, an issue and an action, so that only what is tested stands in the way of going on.
func (w *world) planned() Case {
	c := w.open("findings_meeting")
	c = w.record(c, "issues", "issue", "Medicines are late.", "measure", "safety", "baseline", "9")
	c = w.record(c, "improvements", "issue", "1", "action", "A second trolley.", "target", "None late", "owner", "Manager", "due_on", "2026-05-01", "evidence", "Charts", "verifier", "Officer")
	return w.record(c, "plans", "on", "2026-03-02", "agreed_on", "2026-03-02", "agreed_by", "Panel", "review_on", "2026-06-01")
}

func (w *world) refused(c Case, move, want string) {
	w.t.Helper()
	var says *pathway.MoveError
	_, err := w.desk.Move(w.ctx, Act{By: "u-sal", Case: c}, move, "As decided.")
	if !errors.As(err, &says) || !strings.Contains(strings.Join(says.Lacking, ";"), want) {
		w.t.Errorf("%s: %v, want it refused with %q", move, err, want)
	}
}

func (w *world) goes(c Case, move string) Case {
	w.t.Helper()
	out, err := w.desk.Move(w.ctx, Act{By: "u-sal", Case: c}, move, "As decided.")
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) forced(c Case) string {
	stage, _ := w.desk.Pathway().Stage(c.Stage)
	var says []string
	for _, f := range w.desk.Pathway().Forced(c.Stage, c.Facts(w.now, stage, 0)) {
		says = append(says, f.Says)
	}
	return strings.Join(says, " ")
}

func TestSeriousDelayForcesAnUpdateMeeting(t *testing.T) {
	w := newWorld(t)
	c := w.record(w.planned(), "developments", "kind", "serious_delay", "on", "2026-03-02", "what", "Nothing was done for six weeks.")
	w.refused(c, "assure", "an update meeting must be held")
	c = w.goes(c, "update")
	w.refused(c, "assure", "the update meeting must be held and recorded")
	c = w.record(c, "meetings", "type", "update", "on", "2026-03-09", "chair", "Ada")
	w.refused(c, "assure", "must be held") // it lies ahead
	w.now = w.now.AddDate(0, 0, 7)
	if got := w.forced(c); got != "" {
		t.Errorf("still forced: %s", got)
	}
	w.goes(c, "assure")
}

func TestAProviderThatCannotImproveConvenesEverybodyAndReviewsTheContract(t *testing.T) {
	for _, kind := range []string{"cannot_improve", "interruption"} {
		w := newWorld(t)
		c := w.record(w.planned(), "developments", "kind", kind, "on", "2026-03-02", "what", "They wrote to us.")
		w.refused(c, "assure", "convene all stakeholders and review the contract")
		c = w.record(c, "meetings", "type", "stakeholders", "on", "2026-03-02", "chair", "Ada")
		w.refused(c, "assure", "review the contract")
		c = w.record(c, "commissioning", "on", "2026-03-02", "intention", "Carry on for now.", "by", "Commissioner")
		w.refused(c, "assure", "review the contract") // an intention without the contract's position is none
		c = w.record(c, "commissioning", "on", "2026-03-02", "intention", "Notice is prepared.", "contract", "Notice of 28 days", "by", "Commissioner")
		w.goes(c, "assure")
	}
}

func TestAClosureCriterionConvenesTheHeadsOfService(t *testing.T) {
	for _, kind := range []string{"emergency_closure", "planned_closure"} {
		w := newWorld(t)
		c := w.planned()
		if _, err := w.desk.Begin(w.ctx, Act{By: "u-sal", Case: c}, "emergency_planning", "", "It looks bad."); err == nil {
			t.Error("emergency planning without a criterion")
		}
		c = w.record(c, "developments", "kind", kind, "on", "2026-03-02", "what", "Notice was given.")
		if got := w.forced(c); !strings.Contains(got, "the Heads of Service meet urgently") {
			t.Errorf("forced: %q", got)
		}
		c = w.record(c, "meetings", "type", "emergency", "on", "2026-03-02", "chair", "Head of Adults")
		c = w.record(c, "attendance", "meeting", "1", "seat", "safeguarding", "organisation", "Council", "name", "Head", "present", "member")
		if got := w.forced(c); got == "" {
			t.Error("they have met without contracts and commissioning")
		}
		c = w.record(c, "attendance", "meeting", "1", "seat", "contracts", "organisation", "Council", "name", "Head", "present", "nominee")
		if got := w.forced(c); got != "" {
			t.Errorf("met, and still forced: %q", got)
		}
	}
}

// TestHighRiskIsBeforeTheGroupUntilItDecides: recorded by somebody, or because a case over its limit has a high risk open.
func TestHighRiskIsBeforeTheGroupUntilItDecides(t *testing.T) {
	w := newWorld(t)
	c := w.goes(w.planned(), "assure")
	stage := func() pathway.Stage { s, _ := w.desk.Pathway().Stage(c.Stage); return s }
	if c.HighRisk(w.now, stage()).High {
		t.Error("high from the start")
	}
	c = w.record(c, "risks", "theme", "Medicines", "description", "Doses are missed.", "likelihood", "4", "impact", "4", "controls", "Visits", "owner", "Sal", "deputy", "Ben", "trigger", "A harm", "review_on", "2026-04-01")
	if c.HighRisk(w.now, stage()).High {
		t.Error("a high risk within the limit of the stage is being worked on")
	}
	w.now = w.now.AddDate(0, 0, 85)
	risk := c.HighRisk(w.now, stage())
	if !risk.High || risk.Decided || !strings.Contains(risk.Why, "score 16") || risk.Since.Format(time.DateOnly) != "2026-05-26" {
		t.Errorf("over the limit with a high risk: %+v", risk)
	}
	c = w.record(c, "assurance", "on", "2026-05-26", "strategy", "Six rounds.", "source", "visit", "finding", "Late still.", "attained", "sustained", "by", "Officer")
	w.refused(c, "begin_closure", "QSIG decides on escalation")
	var bad *InputError
	for name, e := range map[string]Escalation{"no day": {Reason: "Wait."}, "a past day": {Reason: "Wait.", ReviewOn: w.now.AddDate(0, 0, -1)}, "half a year": {Reason: "Wait.", ReviewOn: w.now.AddDate(0, 6, 0)}, "no reason": {Refer: true}} {
		if _, err := w.desk.Escalate(w.ctx, Act{By: "u-chair", Case: c}, e); !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
		}
	}
	held, err := w.desk.Escalate(w.ctx, Act{By: "u-chair", Case: c}, Escalation{Reason: "A visit is booked.", ReviewOn: w.now.AddDate(0, 0, 14)})
	if err != nil {
		t.Fatal(err)
	}
	if r := held.HighRisk(w.now, stage()); !r.High || !r.Decided {
		t.Errorf("decided: %+v", r)
	}
	w.now = w.now.AddDate(0, 0, 14)
	if r := held.HighRisk(w.now, stage()); r.Decided {
		t.Error("the day to look again has come, and it is still put away")
	}
	sent, err := w.desk.Escalate(w.ctx, Act{By: "u-chair", Case: held}, Escalation{Refer: true, Reason: "Nothing changed."})
	if err != nil || !sent.Referred() || !sent.HighRisk(w.now, stage()).Decided {
		t.Fatalf("referred: %v", err)
	}
	if last := sent.Tracks[len(sent.Tracks)-1]; !strings.HasPrefix(last.Reason, "Referred by QSIG.") {
		t.Errorf("the route is not recorded: %q", last.Reason)
	}
	if _, err := w.desk.Record(w.ctx, Act{By: "u-sal", Case: sent}, "escalations", map[string]string{"on": "2026-06-09", "decision": "hold", "reason": "By hand."}); err == nil {
		t.Error("a decision of the group is written by hand")
	}
	sent = w.record(sent, "developments", "kind", "high_risk", "on", "2026-06-09", "what", "A death.")
	if r := sent.HighRisk(w.now.AddDate(0, 0, 1), stage()); !r.High || r.Why != "A death." {
		t.Errorf("recorded: %+v", r)
	}
	low := w.open("market_management")
	if _, err := w.desk.Escalate(w.ctx, Act{By: "u-chair", Case: low}, Escalation{Refer: true, Reason: "Why not."}); !errors.As(err, &bad) {
		t.Errorf("without a high risk: %v", err)
	}
}

// TestAFlagInTheWatchPeriodReturnsTheCase: it cannot be ended, and says that it returns.
func TestAFlagInTheWatchPeriodReturnsTheCase(t *testing.T) {
	w := newWorld(t)
	c := w.open("quality_assurance")
	c = w.record(c, "assurance", "on", "2026-03-02", "strategy", "Rounds.", "source", "visit", "finding", "Fine.", "attained", "sustained", "by", "Officer")
	c = w.goes(c, "begin_closure")
	c = w.record(c, "letters", "to", "provider", "name", "P", "on", "2026-03-02", "chair", "Ada")
	c = w.record(c, "letters", "to", "cqc", "name", "CQC", "on", "2026-03-02", "chair", "Ada")
	// A rating that cannot change before the next inspection still stands when the case is closed: that is no return.
	standing := Seen{Flags: 1, Open: []string{"F1"}}
	c, err := w.desk.Move(w.ctx, Act{By: "u-sal", Case: c, Seen: standing}, "close_concern", "Evidence is there.")
	if err != nil {
		t.Fatal(err)
	}
	w.now = w.now.AddDate(0, 0, 200)
	for _, tc := range []struct {
		now  Seen
		want int
	}{{standing, 0}, {Seen{}, 0}, {Seen{Flags: 2, Open: []string{"F1", "F2"}}, 1}, {Seen{Flags: 1, Open: []string{"F2"}}, 1}} {
		if got := c.Raised(tc.now); got != tc.want {
			t.Errorf("%v: %d raised, want %d", tc.now.Open, got, tc.want)
		}
	}
	older := c
	older.Moves = []Move{{To: "watch", Seen: Seen{Flags: 1}}}
	if got := older.Raised(Seen{Flags: 3, Open: []string{"F1", "F2", "F3"}}); got != 2 {
		t.Errorf("closed before ids were kept: %d raised", got)
	}
	stage, _ := w.desk.Pathway().Stage("watch")
	calm := c.Facts(w.now, stage, c.Raised(standing))
	calm["reason"] = true
	if _, err := w.desk.Pathway().Take("watch", "end_watch", calm); err != nil {
		t.Errorf("a flag that stood before: %v", err)
	}
	forced := w.desk.Pathway().Forced("watch", c.Facts(w.now, stage, 1))
	if len(forced) != 1 || !strings.Contains(forced[0].Says, "the case returns") {
		t.Errorf("forced: %v", forced)
	}
	if _, err := w.desk.Move(w.ctx, Act{By: "u-sal", Case: c, Seen: Seen{Flags: 2, Open: []string{"F1", "F2"}}}, "end_watch", "Over."); err == nil || !strings.Contains(err.Error(), "the case returns") {
		t.Errorf("ended with a flag: %v", err)
	}
	if back, err := w.desk.Move(w.ctx, Act{By: "u-sal", Case: c, Seen: Seen{Flags: 2, Open: []string{"F1", "F2"}}}, "return", "It flagged again."); err != nil || back.Stage != "decision_to_initiate" {
		t.Errorf("returned: %v", err)
	}
}

func TestEnhancedMonitoringIsASchedule(t *testing.T) {
	w := newWorld(t)
	c := w.record(w.open("findings_meeting"), "monitoring", "what", "Night rounds", "planned_on", "2026-03-09", "by", "Officer", "every", "fortnight", "until", "2026-05-04")
	var days []string
	for _, r := range c.Records["monitoring"] {
		days = append(days, r.Values["planned_on"])
	}
	if want := []string{"2026-03-09", "2026-03-23", "2026-04-06", "2026-04-20", "2026-05-04"}; !slices.Equal(days, want) {
		t.Errorf("visits on %v", days)
	}
	if dues := c.Dues(w.now.AddDate(0, 0, 30)); len(dues) != 5 || !dues[1].Overdue || dues[2].Overdue && dues[3].Overdue {
		t.Errorf("dues %+v", dues)
	}
	w.refusesEntry(c, "monitoring", "a schedule has a last day", "what", "Rounds", "planned_on", "2026-03-09", "by", "Officer", "every", "week")
	w.refusesEntry(c, "monitoring", "say what the visit found", "what", "Rounds", "planned_on", "2026-03-02", "by", "Officer", "done_on", "2026-03-02")
}

func (w *world) refusesEntry(c Case, register, want string, pairs ...string) {
	w.t.Helper()
	values := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	var bad *InputError
	if _, err := w.desk.Record(w.ctx, Act{By: "u-sal", Case: c}, register, values); !errors.As(err, &bad) || !strings.Contains(bad.Problems[0].Says, want) {
		w.t.Errorf("%s %v: %v, want it refused with %q", register, pairs, err, want)
	}
}

// TestAnInterestTakesAccessAwayUntilItIsCleared: declared before a meeting or at one.
func TestAnInterestTakesAccessAwayUntilItIsCleared(t *testing.T) {
	w := newWorld(t)
	c := w.open("market_management")
	interests := func(user string) []string {
		in, err := w.desk.Interests(w.ctx, user)
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	c = w.record(c, "interests", "on", "2026-03-02", "person", "u-cy", "interest", "A relative works there.")
	c = w.record(c, "meetings", "type", "panel", "on", "2026-03-02", "chair", "Ada")
	c = w.record(c, "attendance", "meeting", "1", "seat", "quality", "organisation", "Council", "name", "Di", "present", "member", "interest", "A former employer.", "person", "u-di")
	if !slices.Equal(c.Interested(), []string{"u-cy", "u-di"}) || !slices.Equal(interests("u-cy"), []string{"P1"}) || !slices.Equal(interests("u-di"), []string{"P1"}) || len(interests("u-sal")) != 0 {
		t.Errorf("interested %v", c.Interested())
	}
	w.refusesEntry(c, "interests", "declared first", "on", "2026-03-02", "person", "u-x", "interest", "None.", "cleared_on", "2026-03-02", "cleared", "So.")
	cleared, err := w.desk.Amend(w.ctx, Act{By: "u-chair", Case: c}, "interests", 1, map[string]string{"on": "2026-03-02", "person": "u-cy", "interest": "A relative works there.", "cleared_on": "2026-03-02", "cleared": "The relative has left."})
	if err != nil {
		t.Fatal(err)
	}
	if len(interests("u-cy")) != 0 || !slices.Equal(cleared.Interested(), []string{"u-di"}) {
		t.Error("cleared, and still interested")
	}
	outside, err := w.desk.Open(w.ctx, Act{By: "u-sal"}, Opening{ProviderName: "Day centre", Stage: "market_management", Reason: "Heard of it."})
	if err != nil {
		t.Fatal(err)
	}
	w.record(outside, "interests", "on", "2026-03-02", "person", "u-eve", "interest", "A trustee.")
	if got := interests("u-eve"); len(got) != 1 || got[0] != "case:"+outside.ID {
		t.Errorf("a provider that is not in the data: %v", got)
	}
}

// TestDeputiesHaveAPart and stand beside owners in what is due.
func TestDeputiesHaveAPart(t *testing.T) {
	w := newWorld(t)
	c := w.record(w.open("market_management"), "roles", "role", "lead_enquiry_officer", "organisation", "Council", "name", "Sal", "person", "u-sal", "deputy", "Ben", "deputy_person", "u-ben", "since", "2026-03-02")
	if !slices.Contains(c.People(), "u-ben") {
		t.Error("the deputy has no part in the case")
	}
	c = w.record(c, "actions", "number", "1", "detail", "Visit", "owner", "Sal", "deputy", "Ben", "organisation", "Council", "due_on", "2026-03-09", "duty", "safeguarding")
	if d := c.Dues(w.now); len(d) != 1 || d[0].Owner != "Sal" || d[0].Deputy != "Ben" {
		t.Errorf("dues %+v", d)
	}
}

// TestSharesEndAndRemovalsExpire by themselves.
func TestSharesEndAndRemovalsExpire(t *testing.T) {
	w := newWorld(t)
	c := w.record(w.open("pre_provider_concern"), "shares", "organisation", "Wrenshire Council", "on", "2026-03-02", "basis", "Care Act, section 6", "until", "2026-04-01")
	c = w.record(c, "directory", "on", "2026-03-02", "reason", "Enquiries.", "urgent", "yes", "expires_on", "2026-04-01")
	later := w.now.AddDate(0, 0, 40)
	if len(c.SharedWith(w.now)) != 1 || len(c.SharedWith(later)) != 0 {
		t.Error("a share does not end")
	}
	if !c.Removed(w.now) || c.Removed(later) {
		t.Error("a removal does not expire")
	}
	w.refusesEntry(c, "directory", "a later end", "on", "2026-03-02", "reason", "Enquiries.", "urgent", "yes", "expires_on", "2026-03-02", "renewed_on", "2026-03-02")
	w.refusesEntry(c, "shares", "ends after it began", "organisation", "X", "on", "2026-03-02", "basis", "Law", "until", "2026-03-01")
}

// TestStandingsFollowWhatIsRecorded and the day, and are worked out once.
func TestStandingsFollowWhatIsRecorded(t *testing.T) {
	w := newWorld(t)
	c := w.open("findings_meeting")
	low := w.open("market_management")
	standings := func() []*Standing {
		all, err := w.desk.Standings(w.ctx)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	first := standings()
	if len(first) != 2 || first[0].Case.ID != c.ID || first[1].Case.ID != low.ID || first[0].Over {
		t.Fatalf("standings %+v", first)
	}
	if again := standings(); &again[0] != &first[0] {
		t.Error("worked out twice for the same state and day")
	}
	w.record(low, "actions", "number", "1", "detail", "Visit", "owner", "Sal", "organisation", "Council", "due_on", "2026-03-03", "duty", "safeguarding")
	second := standings()
	if second[0] != first[0] || len(second[1].Dues) != 1 || second[1].Overdue != 0 {
		t.Error("one case changed, and not that one alone was worked out again")
	}
	w.now = w.now.AddDate(0, 0, 60)
	third := standings()
	if !third[0].Over || third[1].Overdue != 1 || third[0].Days != 60 {
		t.Errorf("another day: %+v", third[0])
	}
	one, found, err := w.desk.Standing(w.ctx, c.ID)
	if err != nil || !found || !one.Over {
		t.Errorf("one case: %+v, %v", one, err)
	}
	if _, found, _ := w.desk.Standing(w.ctx, "none"); found {
		t.Error("a case that does not exist")
	}
}

// TestStrategicPointsStandOnRecords: what the group's terms of reference ask for is met by entries and not by a tick.
func TestStrategicPointsStandOnRecords(t *testing.T) {
	w := newWorld(t)
	c := w.open("findings_meeting")
	c = w.record(c, "roles", "role", "lead_agency", "organisation", "Council", "since", "2026-03-02")
	c = w.record(c, "roles", "role", "chair", "organisation", "Council", "name", "Ada", "since", "2026-03-02")
	c, err := w.desk.Begin(w.ctx, Act{By: "u-sal", Case: c}, "strategic_group", "process", "Risks remain.")
	if err != nil {
		t.Fatal(err)
	}
	refuse := func(point, want string) {
		t.Helper()
		if _, err := w.desk.Tick(w.ctx, Act{By: "u-sal", Case: c}, point, "", true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", point, err)
		}
	}
	refuse("strategic_group/frequency", "minute how often")
	refuse("strategic_group/minutes", "circulate the minutes")
	c = w.record(c, "meetings", "type", "strategic", "on", "2026-03-02", "chair", "Ada", "frequency", "Monthly", "minutes", "We met.", "drafted_on", "2026-03-02", "agreed_on", "2026-03-02", "circulated_on", "2026-03-02")
	for _, point := range []string{"strategic_group/frequency", "strategic_group/minutes"} {
		if c, err = w.desk.Tick(w.ctx, Act{By: "u-sal", Case: c}, point, "", true); err != nil {
			t.Errorf("%s: %v", point, err)
		}
	}
}

// TestSeveralEntriesAreCheckedTogether: every mistake of every line is named, and two lines may not take one number.
func TestSeveralEntriesAreCheckedTogether(t *testing.T) {
	w := newWorld(t)
	c := w.open("market_management")
	r, _ := Find("actions")
	line := func(number, due string) map[string]string {
		return map[string]string{"number": number, "detail": "Visit", "owner": "Sal", "organisation": "Council", "due_on": due, "duty": "safeguarding"}
	}
	good, bad := w.desk.CheckAll(c, r, []map[string]string{line("1", "2026-04-01"), line("1", "2026-04-01"), line("2", "2020-01-01"), {"number": "3"}})
	if len(good) != 1 || len(bad.Problems) < 6 || !strings.HasPrefix(bad.Problems[0].Says, "line 3: this number is in use") || !strings.HasPrefix(bad.Problems[1].Says, "line 4: this lies before the case was opened") {
		t.Errorf("%d good, %+v", len(good), bad.Problems)
	}
	if len(c.Records["actions"]) != 0 {
		t.Error("checking recorded something")
	}
}
