package gen

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// unzipped reads the one file inside an archive.
func unzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != 1 {
		t.Fatalf("%d files inside", len(z.File))
	}
	f, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// newest gives the rows of the newest file of a source by column.
func newest(t *testing.T, source string) []map[string]string {
	t.Helper()
	all := every(t, source)
	return all[len(all)-1]
}

func every(t *testing.T, source string) [][]map[string]string {
	t.Helper()
	var out [][]map[string]string
	for _, f := range made(t) {
		if !strings.Contains(f.Path, "/"+source+"/") {
			continue
		}
		data := f.Data
		if strings.HasSuffix(f.Path, ".zip") {
			data = unzipped(t, data)
		}
		rows := readCSV(t, data)
		var list []map[string]string
		for _, r := range rows[1:] {
			m := map[string]string{}
			for i, h := range rows[0] {
				m[h] = r[i]
			}
			list = append(list, m)
		}
		out = append(out, list)
	}
	if len(out) == 0 {
		t.Fatalf("no file of %s", source)
	}
	return out
}

func TestPlacementsAreOfPeopleWhomTheConcernsKnow(t *testing.T) {
	rows := newest(t, "placements")
	if len(rows) < 1800 || len(rows) > 3500 {
		t.Errorf("%d packages", len(rows))
	}
	people, refs, running := map[string]bool{}, map[string]bool{}, 0
	for _, r := range rows {
		if refs[r["Placement Ref"]] {
			t.Errorf("the reference %s is there twice", r["Placement Ref"])
		}
		refs[r["Placement Ref"]] = true
		people[r["Person ID"]] = true
		if r["End Date"] == "" {
			running++
		} else if parseUK(t, r["End Date"]) < parseUK(t, r["Start Date"]) || r["End Reason"] == "" {
			t.Errorf("%s ends on %s", r["Placement Ref"], r["End Date"])
		}
		if !strings.HasPrefix(r["Weekly Cost"], "£") {
			t.Errorf("%s costs %q", r["Placement Ref"], r["Weekly Cost"])
		}
	}
	if running < len(rows)*8/10 || running == len(rows) {
		t.Errorf("%d of %d packages run", running, len(rows))
	}
	shared := 0
	for _, k := range look(t).concerns {
		if people[k.adult] {
			shared++
		}
	}
	if shared < 500 {
		t.Errorf("only %d concerns are about a person who is placed", shared)
	}
}

func TestListsOfPlacementsLackSomeAnswers(t *testing.T) {
	silent, homes, self := 0, map[string]bool{}, 0
	for _, r := range newest(t, "placement_returns") {
		homes[r["CQC Location ID"]] = true
		if r["Date Returned"] == "" {
			silent++
			if r["People"] != "" {
				t.Errorf("%s has people and no date", r["Provider"])
			}
		}
		if r["Payer"] == "Self-funded" {
			n, _ := strconv.Atoi(r["People"])
			self += n
		}
	}
	if len(homes) < 150 || silent < 8 || silent > len(homes)/4 || self < 500 {
		t.Errorf("%d homes, %d silent, %d who pay for themselves", len(homes), silent, self)
	}
}

func TestCapacityRepeatsTheOldEntryOfASilentService(t *testing.T) {
	all := every(t, "capacity")
	if len(all) != 3 {
		t.Fatalf("%d extracts", len(all))
	}
	c := build(Seed)
	var ids []string
	for _, l := range c.cast.insolvent.locations {
		ids = append(ids, l.id)
	}
	late := 0
	for _, r := range all[2] {
		on := r["lastupdatedutc"][:10]
		if on < "2026-09-08" {
			late++
		}
		if slices.Contains(ids, r["cqcid"]) && (on > "2026-07-14" || r["isacceptingadmissions"] != "FALSE") {
			t.Errorf("the failed company's home %s answered on %s", r["cqcid"], on)
		}
		if r["maxcapacity"] != "" {
			beds, _ := strconv.Atoi(r["maxcapacity"])
			used, _ := strconv.Atoi(r["usedbeds"])
			free, _ := strconv.Atoi(r["declaredvacancies"])
			if used+free != beds || used < 0 || free < 0 {
				t.Errorf("%s has %d beds, %d used and %d free", r["cqcid"], beds, used, free)
			}
		}
	}
	if late < 5 || late > len(all[2])/8 {
		t.Errorf("%d of %d services are late", late, len(all[2]))
	}
}

func TestTheOtherFeedsSayWhatTheStoriesNeed(t *testing.T) {
	c := build(Seed)
	c.makeConcerns()
	c.makeComplaints()
	visits := c.visits()
	found := false
	for _, v := range visits {
		found = found || v.at == c.cast.decline && v.grades[0] == 2 && len(c.actionsOf(v, 0)) > 0
	}
	if len(visits) < 25 || !found {
		t.Errorf("%d visits, and one to the home that declines: %v", len(visits), found)
	}
	open := 0
	for _, r := range newest(t, "quality_actions") {
		if (r["Date Completed"] == "") != (r["Status"] == "In progress") {
			t.Errorf("%s: done %q, %s", r["Action Ref"], r["Date Completed"], r["Status"])
		}
		if r["Date Completed"] == "" {
			open++
		}
	}
	if open < 3 {
		t.Errorf("%d actions are open", open)
	}
	if rows := newest(t, "local_register"); len(rows) != 6 || rows[4]["Status"] != "Closed" {
		t.Errorf("%v", rows)
	}
	refs := map[string]bool{}
	for _, k := range c.complains {
		refs[k.lgsco] = true
	}
	for _, r := range newest(t, "lgsco_decisions") {
		if !refs[r["Reference"]] {
			t.Errorf("no complaint points to %s", r["Reference"])
		}
	}
	spend := every(t, "spend")
	last := spend[0][len(spend[0])-1]
	if len(spend) != 2 || last["\ufeffBody"] != "Total" {
		t.Errorf("%d files of spending, the first ends with %v", len(spend), last)
	}
}
