package pathway

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "draw the golden files anew: look at the difference before committing it")

func shipped(t testing.TB, name string) *Pathway {
	t.Helper()
	p, err := Shipped(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// all is every fact at once, without an investigation.
func all() Facts {
	f := Facts{}
	for _, name := range FactNames() {
		f[name] = true
	}
	return f
}

func TestShippedForms(t *testing.T) {
	if got := strings.Join(Names(), " "); got != "four-steps joined" {
		t.Fatalf("forms = %s", got)
	}
	for _, name := range Names() {
		p := shipped(t, name)
		if p.Name != name {
			t.Errorf("the form %s calls itself %s", name, p.Name)
		}
		levels := map[int]bool{}
		for _, s := range p.Stages {
			levels[s.Level] = true
		}
		if len(levels) != 4 {
			t.Errorf("%s has stages of %d levels, want all four steps", name, len(levels))
		}
	}
	if _, err := Shipped("six-steps"); err == nil || !strings.Contains(err.Error(), "joined") {
		t.Errorf("an unknown form = %v", err)
	}
}

// TestSixStages: the joined form passes through the stages of West Sussex in
// their order, with the fourth optional.
func TestSixStages(t *testing.T) {
	p := shipped(t, "joined")
	for _, way := range [][]string{
		{"raise", "escalate", "initiate", "to_findings", "assure", "begin_closure", "close_concern", "end_watch"},
		{"skip_to_concern", "initiate", "to_findings", "update", "update_again", "assure", "update", "assure", "begin_closure", "close_concern", "return"},
		{"skip_to_failure", "end_failure", "close_concern", "return_low", "step_down_pre", "close"},
		{"raise", "escalate", "not_initiated", "skip_to_failure", "recover", "step_down"},
	} {
		stage := p.Start
		for _, move := range way {
			to, err := p.Take(stage, move, all())
			if err != nil {
				t.Fatalf("%v: %v", way, err)
			}
			stage = to.ID
		}
	}
	if s, _ := p.Stage("update_meeting"); !s.Optional {
		t.Error("the update meeting is not optional")
	}
}

// TestChecklistsHoldTheirClauses: every clause that lists what a stage is for
// has its points.
func TestChecklistsHoldTheirClauses(t *testing.T) {
	p := shipped(t, "joined")
	count := map[string]int{}
	for _, s := range p.Stages {
		for _, i := range s.Checklist {
			for clause := range strings.SplitSeq(i.From, ", ") {
				count[s.ID+" "+clause]++
			}
		}
	}
	for where, want := range map[string]int{
		"decision_to_initiate WS 6.1": 6, "initial_meeting WS 7.1": 10, "initial_meeting WS 7.2": 1, "initial_meeting WS 7.5": 1,
		"findings_meeting WS 8.1": 5, "findings_meeting WS 8.2": 1, "findings_meeting WS 8.3": 1, "findings_meeting WS 8.4": 1,
		"update_meeting WS 9.1": 4, "quality_assurance WS 10.1": 2, "quality_assurance WS 10.2": 1, "quality_assurance WS 10.3": 1,
		"quality_assurance WS 10.4": 1, "closure WS 11.1": 2, "market_management TH process": 3, "pre_provider_concern TH process": 6,
		"provider_failure TH process": 4,
	} {
		if count[where] < want {
			t.Errorf("%s has %d points, want %d", where, count[where], want)
		}
	}
}

func TestMovesNeedTheirFacts(t *testing.T) {
	for _, name := range Names() {
		p := shipped(t, name)
		for _, m := range p.Moves {
			for _, from := range m.From {
				if _, err := p.Take(from, m.ID, all()); err != nil {
					t.Errorf("%s from %s with every fact: %v", m.ID, from, err)
				}
				for _, need := range m.Needs {
					facts := all()
					delete(facts, need)
					_, err := p.Take(from, m.ID, facts)
					var refused *MoveError
					if !errors.As(err, &refused) || len(refused.Lacking) != 1 || refused.Lacking[0] != lacking[need] {
						t.Errorf("%s from %s without %s = %v", m.ID, from, need, err)
					}
				}
			}
		}
	}
}

func TestRefusalsNameTheRule(t *testing.T) {
	p := shipped(t, "joined")
	for _, tt := range []struct {
		stage, move string
		facts       Facts
		want        string
	}{
		{"initial_meeting", "to_findings", Facts{Reason: true}, "does not close without a date for the findings meeting"},
		{"quality_assurance", "begin_closure", Facts{Reason: true}, "attained and sustained"},
		{"findings_meeting", "fail", Facts{Reason: true}, "failure is never inferred"},
		{"market_management", "begin_closure", all(), "there is no move begin_closure from market_management: the moves from there are raise, skip_to_concern"},
		{"nowhere", "raise", all(), "there is no move raise from nowhere"},
	} {
		if _, err := p.Take(tt.stage, tt.move, tt.facts); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s from %s = %v, want %q", tt.move, tt.stage, err, tt.want)
		}
	}
}

func TestPoliceAreConsultedAboutEveryMove(t *testing.T) {
	for _, name := range Names() {
		p := shipped(t, name)
		facts := all()
		facts[CriminalEnquiry] = true
		for _, m := range p.Moves {
			facts[PoliceConsulted] = false
			if _, err := p.Take(m.From[0], m.ID, facts); err == nil || !strings.Contains(err.Error(), "police") {
				t.Errorf("%s without the police = %v", m.ID, err)
			}
			facts[PoliceConsulted] = true
			if _, err := p.Take(m.From[0], m.ID, facts); err != nil {
				t.Errorf("%s after the police were consulted = %v", m.ID, err)
			}
		}
		for _, track := range p.Tracks {
			facts[PoliceConsulted] = false
			if err := p.Begin(track.From[0], track.ID, facts); err == nil {
				t.Errorf("%s began without the police", track.ID)
			}
		}
	}
}

func TestTracks(t *testing.T) {
	p := shipped(t, "joined")
	if err := p.Begin("findings_meeting", "strategic_group", all()); err != nil {
		t.Error(err)
	}
	if err := p.Begin("findings_meeting", "strategic_group", Facts{Reason: true}); err == nil || !strings.Contains(err.Error(), "QSIG") {
		t.Errorf("without a route = %v", err)
	}
	if err := p.Begin("market_management", "strategic_group", all()); err == nil {
		t.Error("the strategic group began in market management")
	}
	if err := p.Begin("closure", "tea_party", all()); err == nil || !strings.Contains(err.Error(), "emergency_planning") {
		t.Errorf("an unknown track = %v", err)
	}
}

func TestForces(t *testing.T) {
	p := shipped(t, "joined")
	for _, tt := range []struct {
		stage string
		fact  string
		want  string // what is forced, "" for nothing
	}{
		{"findings_meeting", SeriousDelay, "update"},
		{"market_management", SeriousDelay, ""},
		{"quality_assurance", HighRiskUnresolved, "QSIG"},
		{"findings_meeting", ProviderCannotChange, "review the contract"},
		{"provider_failure", ClosureCriterion, "emergency_planning"},
		{"findings_meeting", Reason, ""},
	} {
		forced := p.Forced(tt.stage, Facts{tt.fact: true})
		switch {
		case tt.want == "" && len(forced) > 0:
			t.Errorf("%s in %s forces %v", tt.fact, tt.stage, forced)
		case tt.want != "" && (len(forced) != 1 || !strings.Contains(forced[0].Move+forced[0].Track+forced[0].Says, tt.want)):
			t.Errorf("%s in %s forces %v, want %q", tt.fact, tt.stage, forced, tt.want)
		}
	}
}

// TestForcesHoldUntilTheyAreMet: each force of each form refuses the moves that it holds, by its own sentence, until its facts are there.
func TestForcesHoldUntilTheyAreMet(t *testing.T) {
	held := 0
	for _, name := range Names() {
		p := shipped(t, name)
		for _, f := range p.Forces {
			for _, stage := range f.In {
				for _, m := range p.MovesFrom(stage) {
					if !slices.Contains(f.Holds, m.ID) {
						continue
					}
					held++
					facts := Facts{Reason: true, f.When: true}
					for _, need := range m.Needs {
						facts[need] = true
					}
					for _, fact := range f.Until {
						facts[fact] = false
					}
					var refused *MoveError
					_, err := p.Take(stage, m.ID, facts)
					if !errors.As(err, &refused) || !strings.Contains(strings.Join(refused.Lacking, ";"), strings.TrimSuffix(f.Says[1:], ".")) {
						t.Errorf("%s: %s from %s while %s: %v", name, m.ID, stage, f.When, err)
					}
					for _, fact := range f.Until {
						facts[fact] = true
					}
					if _, err := p.Take(stage, m.ID, facts); err != nil {
						t.Errorf("%s: %s from %s after what was forced: %v", name, m.ID, stage, err)
					}
				}
			}
		}
	}
	if held < 12 {
		t.Errorf("only %d moves are held", held)
	}
}

// TestWalks takes random moves: a case is always in a stage, never stuck, and
// an end is always within reach.
func TestWalks(t *testing.T) {
	for _, name := range Names() {
		p := shipped(t, name)
		ending := p.spread(p.End, func(m Move) ([]string, []string) { return []string{m.To}, m.From })
		rapid.Check(t, func(t *rapid.T) {
			stage := p.Start
			for range rapid.IntRange(1, 40).Draw(t, "steps") {
				moves := p.MovesFrom(stage)
				if len(moves) == 0 || !ending[stage] {
					t.Fatalf("%s is a dead end", stage)
				}
				m := rapid.SampledFrom(moves).Draw(t, "move")
				to, err := p.Take(stage, m.ID, all())
				if err != nil || to.ID != m.To {
					t.Fatalf("%s from %s = %v, %v", m.ID, stage, to.ID, err)
				}
				stage = to.ID
			}
		})
	}
}

// TestFactsComeFromPoints: what a move needs beyond a reason and an event can
// be given by ticking a point somewhere, or it could never be met on screen.
func TestFactsComeFromPoints(t *testing.T) {
	entered := []string{Reason, "evidence", FailureEvent, "referral_route"} // asked for when the move is made
	for _, name := range Names() {
		p := shipped(t, name)
		var given []string
		for _, s := range p.Stages {
			for _, i := range s.Checklist {
				given = append(given, i.Gives)
			}
		}
		for _, track := range p.Tracks {
			for _, i := range track.Checklist {
				given = append(given, i.Gives)
			}
		}
		for _, m := range p.Moves {
			for _, need := range m.Needs {
				if !slices.Contains(given, need) && !slices.Contains(entered, need) {
					t.Errorf("%s: nothing gives %s, which %s needs", name, need, m.ID)
				}
			}
		}
	}
}

func TestDrawings(t *testing.T) {
	for _, name := range Names() {
		p := shipped(t, name)
		for suffix, got := range map[string]string{"dot": p.Dot(), "mmd": p.Mermaid()} {
			file := filepath.Join("testdata", name+"."+suffix)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
			for _, s := range p.Stages {
				if !strings.Contains(got, s.ID) {
					t.Errorf("%s does not show %s", file, s.ID)
				}
			}
		}
	}
}

func TestDrawingHostileTitles(t *testing.T) {
	p := shipped(t, "four-steps")
	p.Stages[0].Title = "a\"]; x -> y; [\"\\ <b>|\n"
	if got := p.Dot(); !strings.Contains(got, `"a\"]; x -> y; [\"\\ <b>| "`) {
		t.Errorf("dot:\n%s", got)
	}
	if got := p.Mermaid(); !strings.Contains(got, `(["a']; x -) y; ['\ (b)/ "])`) {
		t.Errorf("mermaid:\n%s", got)
	}
}

// small is a pathway with nothing too much.
const small = `version: 1
name: small
title: Small
start: aa
end: [zz]
stages:
  - {id: aa, title: A, level: 0, checklist: [{id: p1, text: T, from: F, gives: evidence}]}
  - {id: ff, title: F, level: 3}
  - {id: zz, title: Z, level: 0}
moves:
  - {id: m1, title: M, kind: close, from: [aa], to: zz, needs: [reason]}
  - {id: m2, title: M, kind: skip, from: [aa], to: ff, needs: [reason]}
  - {id: m3, title: M, kind: step_down, from: [ff], to: aa, needs: [reason]}
tracks:
  - {id: tt, title: T, from: [aa], needs: [reason]}
forces:
  - {when: serious_delay, in: [aa], move: m1, track: tt, says: S., from: F}
`

func TestLoadRefuses(t *testing.T) {
	if _, err := Load([]byte(small)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"version", "version: 1", "version: 3", "version is 3"},
		{"no name", "name: small", "name: ''", "needs a name"},
		{"unknown field", "start: aa", "start: aa\nmood: bad", "unknown field"},
		{"not YAML", "start: aa", "start: [", "pathway"},
		{"unknown start", "start: aa", "start: bb", `start names the unknown stage "bb"`},
		{"unknown end", "end: [zz]", "end: [bb]", `end names the unknown stage "bb"`},
		{"no end", "end: [zz]", "end: []", "there is no end"},
		{"stage id", "{id: ff,", "{id: F F,", `the stage id "F F"`},
		{"stage twice", "{id: ff,", "{id: aa,", "aa is described twice"},
		{"stage without title", "title: F, level: 3", "title: '', level: 3", "ff has no title"},
		{"level", "level: 3", "level: 4", "levels are 0 to 3"},
		{"days", "level: 3", "level: 3, days: -1", "negative"},
		{"point id", "{id: p1,", "{id: P,", `the point "P"`},
		{"point without source", "from: F, gives", "from: '', gives", "needs a text and the clause"},
		{"point gives nothing known", "gives: evidence", "gives: joy", `unknown fact "joy"`},
		{"point twice", "gives: evidence}", "gives: evidence}, {id: p1, text: T, from: F}", "p1 stands twice"},
		{"move id", "{id: m3,", "{id: '',", "the move id"},
		{"move twice", "{id: m3,", "{id: m1,", "m1 is described twice"},
		{"move without title", "{id: m3, title: M", "{id: m3, title: ''", "m3 has no title"},
		{"move kind", "kind: step_down", "kind: jump", `unknown kind "jump"`},
		{"move from nowhere", "from: [ff]", "from: []", "comes from nowhere"},
		{"move to unknown", "to: ff", "to: bb", `unknown stage "bb"`},
		{"move without reason", "to: zz, needs: [reason]", "to: zz", "needs no reason"},
		{"move needs unknown", "to: zz, needs: [reason]", "to: zz, needs: [reason, joy]", `unknown fact "joy"`},
		{"step down that goes up", "kind: skip", "kind: step_down", "steps down but leads from level 0 to level 3"},
		{"skip that does not", "kind: close", "kind: skip", "skips but leads from level 0 to level 0"},
		{"continue that goes", "kind: close", "kind: continue", "continues but leads"},
		{"stage nobody reaches", "{id: zz, title: Z, level: 0}", "{id: zz, title: Z, level: 0}\n  - {id: bb, title: B, level: 3}", "nothing leads to the stage bb"},
		{"dead end", "kind: step_down, from: [ff], to: aa", "kind: forward, from: [ff], to: ff", "no way leads from the stage ff"},
		{"track id", "{id: tt,", "{id: '',", "track"},
		{"track from unknown", "title: T, from: [aa]", "title: T, from: [bb]", `unknown stage "bb"`},
		{"track needs unknown", "from: [aa], needs: [reason]}\nforces", "from: [aa], needs: [joy]}\nforces", `unknown fact "joy"`},
		{"force without sentence", "says: S.", "says: ''", "needs a sentence"},
		{"force on unknown fact", "when: serious_delay", "when: joy", `unknown fact "joy"`},
		{"force in unknown stage", "in: [aa], move", "in: [bb], move", `unknown stage "bb"`},
		{"force of unknown track", "track: tt", "track: uu", `unknown track "uu"`},
		{"force that holds for ever", "says: S.", "holds: [m2], says: S.", "without saying until when"},
		{"force that holds a move elsewhere", "says: S.", "until: [update_held], holds: [m3], says: S.", "leaves none of its stages"},
		{"force that holds what it forces", "says: S.", "until: [update_held], holds: [m1], says: S.", "nothing could happen"},
		{"force until unknown", "says: S.", "until: [joy], says: S.", `unknown fact "joy"`},
		{"force of a move elsewhere", "in: [aa], move", "in: [ff], move", "does not leave ff"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(small, tt.old) {
				t.Fatalf("the test changes nothing: %q", tt.old)
			}
			_, err := Load([]byte(strings.Replace(small, tt.old, tt.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Load() = %v, want %q", err, tt.want)
			}
		})
	}
	noFailure := strings.Replace(small, "from: [aa], to: ff", "from: [zz], to: ff", 1)
	if _, err := Load([]byte(noFailure)); err == nil || !strings.Contains(err.Error(), "aa has no move to provider failure") {
		t.Errorf("a stage that cannot fail = %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	for _, name := range Names() {
		body, err := forms.ReadFile("forms/" + name + ".yml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := Load(body)
		if err == nil {
			// Whatever is accepted can be walked and drawn.
			if len(p.MovesFrom(p.Start)) == 0 && !p.Ended(p.Start) || p.Dot() == "" || p.Mermaid() == "" {
				t.Errorf("an accepted pathway cannot be used:\n%s", body)
			}
		}
	})
}
