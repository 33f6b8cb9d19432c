package read

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/dashboard/internal/larkshire"
)

// absent names more providers than a question carries in itself, none of which is there.
func absent() (ids []string) {
	for i := range mostInQuestion/5 + 1 {
		ids = append(ids, fmt.Sprintf("0-%d", i))
	}
	return ids
}

// TestAScopeThatIsLookedUpIsTheScope: a question answers the same whether its scope stands in it or is found in the wall's table.
func TestAScopeThatIsLookedUpIsTheScope(t *testing.T) {
	wall := behindWall(t, larkshire.County(t))
	f, err := wall.Frame(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := as(t, wall, inside("1-9000001", "1-9000002", "1-9000004"))
	few := Only([]string{"1-9000002", "1-9000004"}).list()
	many := Only(append(absent(), "1-9000002", "1-9000004")).list()
	asked, told := 0, 0
	for _, name := range questionNames(t) {
		q, err := load(name)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(q.params, "scope") {
			continue
		}
		if strings.Contains(commentLine.ReplaceAllString(q.looked, ""), "($scope") || q.looked == q.text {
			t.Errorf("%s reads its scope in a way of its own, and could not look it up", name)
		}
		_, want := tellOf(t, s, f, q, few)
		_, got := tellOf(t, s, f, q, many)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-scope in the question +scope looked up):\n%s", name, diff)
		}
		asked, told = asked+1, told+len(got)
	}
	if asked < 20 || told < 20 {
		t.Errorf("%d questions gave %d rows: the test proves little", asked, told)
	}
}

// TestSetsAreForgottenBetweenQuestions: readers who stand differently ask at once while the sets are forgotten again and again, and each
// still finds what is theirs and nothing else.
func TestSetsAreForgottenBetweenQuestions(t *testing.T) {
	wall := behindWall(t, larkshire.County(t))
	f, err := wall.Frame(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const each = 20
	var wait sync.WaitGroup
	for _, id := range []string{"1-9000001", "1-9000002", "1-9000003"} {
		scope := Only(append(absent(), id))
		reader := as(t, wall, inside(id))
		wait.Go(func() {
			for n := range each {
				flags, _, err := reader.Flags(t.Context(), f, scope, FlagQuery{State: "all", Limit: 100 + n}) // another limit is another question
				if err != nil || len(flags) == 0 {
					t.Errorf("%s: %d flags, %v", id, len(flags), err)
					return
				}
				for _, x := range flags {
					if x.ProviderID != id {
						t.Errorf("a reader of %s sees a flag of %s", id, x.ProviderID)
					}
				}
			}
		})
	}
	for range each {
		if err := wall.wall.sets.forget(t.Context(), wall.wall.db); err != nil {
			t.Error(err)
		}
	}
	wait.Wait()
	var left int
	if err := wall.wall.sets.forget(t.Context(), wall.wall.db); err != nil {
		t.Fatal(err)
	}
	if err := wall.wall.db.QueryRowContext(t.Context(), "SELECT count(*) FROM main.member").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d members are left after their sets were forgotten: %v", left, err)
	}
}

// TestSetsAreBounded: when the sets together grow too large they begin anew, and one that is larger than all is still taken.
func TestSetsAreBounded(t *testing.T) {
	wall := behindWall(t, larkshire.County(t))
	s := wall.wall.sets
	for i := range 3 {
		_, letGo, err := s.hold(t.Context(), wall.wall.db, []list{listOf(strings.Repeat(fmt.Sprintf("%d,", i), mostMembers/2))})
		if err != nil {
			t.Fatal(err)
		}
		letGo()
		if s.members > mostMembers {
			t.Fatalf("%d members are kept", s.members)
		}
	}
	huge := []list{listOf(strings.Repeat("a,", mostMembers+1)), listOf("b")}
	numbers, letGo, err := s.hold(t.Context(), wall.wall.db, huge)
	if err != nil || len(numbers) != 2 {
		t.Fatalf("%v, %v", numbers, err)
	}
	letGo()
}

// BenchmarkACountryInside asks for one provider's level as a reader of 70,000 providers, with the ids standing in the question and looked up
// in the wall's table.
func BenchmarkACountryInside(b *testing.B) {
	db := larkshire.County(b)
	w, err := NewWall(b.Context(), db)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = w.Close() })
	ids := []string{"1-9000001"}
	for i := range 70_000 {
		ids = append(ids, fmt.Sprintf("1-%d", 8_000_000+i))
	}
	scope := Only(ids).list()
	numbers, letGo, err := w.sets.hold(b.Context(), w.db, []list{scope})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(letGo)
	conn, err := w.db.Conn(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	if _, err := conn.ExecContext(b.Context(), "SET VARIABLE inside = $to", sql.Named("to", numbers[0])); err != nil {
		b.Fatal(err)
	}
	const text = "SELECT count(*) FROM analytics.provider_level WHERE provider_id = '1-9000001' AND ($scope = '*' OR provider_id IN (SELECT unnest(string_split($scope, ','))))"
	for _, c := range []struct {
		name, text string
		scope      any
	}{{"in the question", text, scope.text}, {"looked up", lookUp.Replace(text), numbers[0]}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				var n int
				if err := conn.QueryRowContext(b.Context(), c.text, sql.Named("scope", c.scope)).Scan(&n); err != nil || n != 1 {
					b.Fatal(n, err)
				}
			}
		})
	}
}
