package decisions

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bellwether/casework/review"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// decided is a review with decisions on days, in order.
func decided(flag string, level int, open bool, at string, outcomes ...review.Outcome) review.Review {
	r := review.Review{FlagID: flag, Seen: review.Seen{Provider: "P1", Rule: "r1", Level: level}}
	for n, o := range outcomes {
		d := review.Decision{Outcome: o, Reason: "Mrs Hopkins rang.", At: day(at).AddDate(0, 0, n), By: "u-ada", Seen: review.Seen{Provider: "P1", Location: "L1", Rule: "r1", Level: level, Open: open}}
		r.Decisions = append(r.Decisions, d)
		r.Decision = &r.Decisions[n]
	}
	return r
}

// TestLines: each row is what was recorded, and the lines of the extract.
func TestLines(t *testing.T) {
	for _, tc := range []struct {
		name   string
		review review.Review
		want   []string
	}{
		{"a plan holds the level", decided("f1", 2, true, "2026-03-02", review.ImprovementPlan), []string{`"kind":"confirmation"`, `"kind":"hold","provider_id":"P1","on":"2026-03-02","level":2`}},
		{"a suspension at failure holds concern: failure is an event that a case names", decided("f1", 3, true, "2026-03-02", review.SuspendPlacements), []string{`"confirmed":true`, `"level":2`}},
		{"watching is a review", decided("f1", 1, true, "2026-03-02", review.Watch), []string{`"confirmed":true,"outcome":"watch"`, `"kind":"review"`}},
		{"no action while the flag is open is a review", decided("f1", 1, true, "2026-03-02", review.NoAction), []string{`"outcome":"no_action"`, `"kind":"review"`}},
		{"no action once it has cleared is a clear review", decided("f1", 1, false, "2026-03-02", review.NoAction), []string{`"kind":"clear_review"`, `"outcome":"no_action"`}},
		{"nothing decided", review.Review{FlagID: "f1", Seen: review.Seen{Provider: "P1"}}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e, err := Make(map[string]review.Review{"f1": tc.review}, nil, day("2026-04-01"))
			if err != nil || len(e.Lines) != len(tc.want) {
				t.Fatalf("%d lines, %v:\n%s", len(e.Lines), err, e.Body)
			}
			for n, line := range strings.Split(strings.TrimSpace(string(e.Body)), "\n") {
				if len(tc.want) > 0 && !strings.Contains(line, tc.want[n]) {
					t.Errorf("line %d is %s, want %s", n+1, line, tc.want[n])
				}
			}
			if strings.Contains(string(e.Body), "Hopkins") || strings.Contains(string(e.Body), "u-ada") {
				t.Error("the extract holds free text or a person")
			}
		})
	}
}

func TestADisagreementIsNoConfirmation(t *testing.T) {
	r := decided("f1", 1, true, "2026-03-02", review.Watch)
	r.Disagreements = []review.Disagreement{{Doubt: review.DataError, Reason: "One event twice.", At: day("2026-03-05")}}
	e, err := Make(map[string]review.Review{"f1": r}, nil, day("2026-04-01"))
	if err != nil {
		t.Fatal(err)
	}
	if c := e.Lines[1]; c.Kind != Confirmation || c.Confirmed || c.Doubt != "data_error" || c.On != "2026-03-05" {
		t.Errorf("confirmation = %+v", c)
	}
	// Before the disagreement was known, the decision stood.
	e, err = Make(map[string]review.Review{"f1": r}, nil, day("2026-03-04"))
	if c := e.Lines[0]; err != nil || !c.Confirmed || c.Doubt != "" {
		t.Errorf("confirmation as known before = %+v, %v", c, err)
	}
}

// TestOnlyWhatWasKnown: a run for a past date sees the decisions of its time.
func TestOnlyWhatWasKnown(t *testing.T) {
	reviews := map[string]review.Review{"f1": decided("f1", 1, true, "2026-03-02", review.Watch, review.ImprovementPlan, review.NoAction)}
	cases := []Line{{Kind: Hold, ProviderID: "P2", On: "2026-03-03", Level: 3, Event: true}}
	for asOf, want := range map[string]int{"2026-03-01": 0, "2026-03-02": 2, "2026-03-03": 4, "2026-03-04": 5} {
		e, err := Make(reviews, cases, day(asOf))
		if err != nil || len(e.Lines) != want {
			t.Errorf("%s: %d lines, want %d, %v:\n%s", asOf, len(e.Lines), want, err, e.Body)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for body, want := range map[string]string{
		`{"kind":"hold","provider_id":"P1","on":"2026-03-02","level":4}`:        "line 1: a hold is at level 1 to 3, not 4",
		`{"kind":"review","provider_id":"","on":"2026-03-02"}`:                  "there is no provider",
		`{"kind":"verdict","provider_id":"P1","on":"2026-03-02"}`:               `"verdict" is not a kind`,
		`{"kind":"review","provider_id":"P1","on":"2 March"}`:                   "is not a day",
		`{"kind":"confirmation","provider_id":"P1","on":"2026-03-02"}`:          "names its flag",
		`{"kind":"review","provider_id":"P1","on":"2026-03-02","reason":"x"}`:   "line 1 can't be read",
		"{\"kind\":\"review\",\"provider_id\":\"P1\",\"on\":\"2026-03-02\"}\n{": "line 2 can't be read",
	} {
		if _, err := Read([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", body, err)
		}
	}
	if e, err := Read(nil); err != nil || len(e.Lines) != 0 || e.Hash == "" {
		t.Errorf("nothing decided: %+v, %v", e, err)
	}
}

// TestTheSameDecisionsGiveTheSameBytes, whatever the order, and read back as they were.
func TestTheSameDecisionsGiveTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		reviews := map[string]review.Review{}
		for _, id := range rapid.SliceOfNDistinct(rapid.StringMatching(`f[0-9]{2}`), 0, 8, rapid.ID[string]).Draw(t, "flags") {
			reviews[id] = decided(id, rapid.IntRange(0, 3).Draw(t, "level"), rapid.Bool().Draw(t, "open"), "2026-03-02",
				rapid.SliceOfN(rapid.SampledFrom(review.Outcomes), 0, 3).Draw(t, "outcomes")...)
		}
		lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Line {
			return Line{Kind: Hold, ProviderID: rapid.SampledFrom([]string{"P1", "P2"}).Draw(t, "p"), On: "2026-03-0" + rapid.SampledFrom([]string{"1", "2"}).Draw(t, "d"), Level: rapid.IntRange(1, 3).Draw(t, "l")}
		}), 0, 6).Draw(t, "lines")
		one, err := Make(reviews, lines, day("2026-04-01"))
		if err != nil {
			t.Fatal(err)
		}
		backwards := slices.Clone(lines)
		slices.Reverse(backwards)
		two, err := Make(maps.Clone(reviews), backwards, day("2026-04-01"))
		if err != nil || one.Hash != two.Hash {
			t.Fatalf("%s and %s, %v", one.Body, two.Body, err)
		}
		read, err := Read(one.Body)
		if err != nil || read.Hash != one.Hash || !slices.Equal(read.Lines, one.Lines) {
			t.Fatalf("read back as %+v, %v", read, err)
		}
	})
}
