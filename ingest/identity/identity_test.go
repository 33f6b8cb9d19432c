package identity

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var at = time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)

func decided(on string, a Action, name, target string) Decision {
	d := Decision{At: at, On: on, By: "ada", Action: a, Given: Given{Name: name}}
	if a != Undo {
		d.LocationID = target
	}
	return d
}

func TestInForce(t *testing.T) {
	for name, c := range map[string]struct {
		on   string
		all  []Decision
		want string
	}{
		"nothing":                        {"2026-10-01", nil, ""},
		"accepted":                       {"2026-10-01", []Decision{decided("2026-09-01", Accept, "Fenwick", "1")}, "accept Fenwick 1"},
		"not yet":                        {"2026-08-31", []Decision{decided("2026-09-01", Accept, "Fenwick", "1")}, ""},
		"the newest accept holds":        {"2026-10-01", []Decision{decided("2026-09-01", Accept, "Fenwick", "1"), decided("2026-09-02", Accept, "Fenwick", "2")}, "accept Fenwick 2"},
		"rejected after all":             {"2026-10-01", []Decision{decided("2026-09-01", Accept, "Fenwick", "1"), decided("2026-09-02", Reject, "Fenwick", "1")}, "reject Fenwick 1"},
		"accepted after all":             {"2026-10-01", []Decision{decided("2026-09-01", Reject, "Fenwick", "1"), decided("2026-09-02", Accept, "Fenwick", "1")}, "accept Fenwick 1"},
		"two rejected":                   {"2026-10-01", []Decision{decided("2026-09-01", Reject, "Fenwick", "2"), decided("2026-09-01", Reject, "Fenwick", "1")}, "reject Fenwick 1; reject Fenwick 2"},
		"undone, and others stay":        {"2026-10-01", []Decision{decided("2026-09-01", Accept, "Fenwick", "1"), decided("2026-09-01", Reject, "Fenwick", "3"), decided("2026-09-01", Accept, "Marram", "2"), decided("2026-09-02", Undo, "Fenwick", "")}, "accept Marram 2"},
		"as it was before it was undone": {"2026-09-01", []Decision{decided("2026-09-01", Accept, "Fenwick", "1"), decided("2026-09-02", Undo, "Fenwick", "")}, "accept Fenwick 1"},
	} {
		on, err := time.Parse(time.DateOnly, c.on)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		in := InForce(c.all, on)
		for _, d := range in {
			got = append(got, string(d.Action)+" "+d.Name+" "+d.LocationID)
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %s", name, s)
		}
		if (Hash(in) == "") != (len(in) == 0) {
			t.Errorf("%s: hash %q", name, Hash(in))
		}
	}
	a, b := decided("2026-09-01", Accept, "Fenwick", "1"), decided("2026-09-05", Accept, "Fenwick", "1")
	b.By = "mo"
	if Hash([]Decision{a}) != Hash([]Decision{b}) {
		t.Error("the same decision by another person changes the inputs")
	}
}

func TestTheBookIsKept(t *testing.T) {
	dir := t.TempDir()
	if all, err := Read(dir); err != nil || all != nil {
		t.Fatal(all, err)
	}
	for _, d := range []Decision{decided("2026-09-01", Accept, "Fenwick \"House\"\n", "1"), decided("2026-09-02", Undo, "Fenwick", "")} {
		if err := Append(dir, d); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, File)
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"at":"2026-10`); err != nil { // the machine went down
		t.Fatal(err)
	}
	_ = f.Close()
	all, err := Read(dir)
	if err != nil || len(all) != 2 || all[0].Name != "Fenwick \"House\"\n" || !all[0].At.Equal(at) || all[0].By != "ada" {
		t.Errorf("%+v %v", all, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if err := os.WriteFile(path, []byte("{\"at\":1}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Error(err)
	}
}

func TestWhatIsNoDecision(t *testing.T) {
	dir := t.TempDir()
	good := decided("2026-09-01", Accept, "Fenwick", "1")
	for name, change := range map[string]func(*Decision){
		"no name": func(d *Decision) { d.Name = "" }, "nobody": func(d *Decision) { d.By = "" }, "no time": func(d *Decision) { d.At = time.Time{} },
		"no target": func(d *Decision) { d.LocationID = "" }, "no day": func(d *Decision) { d.On = "soon" }, "no action": func(d *Decision) { d.Action = "perhaps" },
	} {
		d := good
		change(&d)
		if err := Append(dir, d); err == nil {
			t.Errorf("%s was kept", name)
		}
	}
	if good.ID() == (Given{Name: "Fenwick", Postcode: "LK1"}).ID() || len(good.ID()) != 10 {
		t.Error(good.ID())
	}
}

// What stands behind a line that was cut short must not be lost with it.
func TestADecisionAfterATornLine(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, File), []byte(`{"at":"2026-10`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Append(dir, decided("2026-09-01", Accept, "Fenwick", "1")); err != nil {
		t.Fatal(err)
	}
	if all, err := Read(dir); err != nil || len(all) != 1 || all[0].Name != "Fenwick" {
		t.Errorf("%+v %v", all, err)
	}
}

func TestManyDecideAtOnce(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if err := Append(dir, decided("2026-09-01", Accept, fmt.Sprint("Home ", i), "1")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all, err := Read(dir); err != nil || len(all) != 20 {
		t.Errorf("%d kept, %v", len(all), err)
	}
}

func TestTheBookStampsAndFinds(t *testing.T) {
	b := Book{Dir: t.TempDir(), Now: func() time.Time { return at }, Calendar: func() time.Time { return at.AddDate(0, 0, -3) }}
	for _, d := range []Decision{{By: "ada", Action: Reject, Given: Given{Name: "Fenwick"}, LocationID: "1"}, {By: "mo", Action: Accept, Given: Given{Name: "Marram"}, LocationID: "2"}} {
		kept, err := b.Decide(t.Context(), d)
		if err != nil || !kept.At.Equal(at) || kept.On != "2026-09-28" {
			t.Fatalf("%+v %v", kept, err)
		}
	}
	all, err := b.All(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v %v", all, err)
	}
	if in, err := b.InForce(t.Context()); err != nil || len(in) != 2 {
		t.Errorf("%+v %v", in, err)
	}
	if one := About(all, Given{Name: "Marram"}.ID()); len(one) != 1 || one[0].By != "mo" || len(all) != 2 {
		t.Errorf("%+v", one)
	}
	if _, err := b.Decide(t.Context(), Decision{Action: Accept, Given: Given{Name: "Fenwick"}, LocationID: "1"}); err == nil {
		t.Error("nobody decided, and it was kept")
	}
}
