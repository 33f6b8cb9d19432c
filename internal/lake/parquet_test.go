package lake_test

import (
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bellwether/internal/config"
	"bellwether/internal/failpoint"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/lake"
	"bellwether/internal/lake/parquettest"
	"bellwether/internal/warehouse"
)

func options(t *testing.T, cfg config.Config, nth int) lake.Options {
	t.Helper()
	all, err := warehouse.Snapshots(cfg.Path(instance.Snapshots))
	if err != nil || len(all) <= nth {
		t.Fatalf("%v, %v", all, err)
	}
	return lake.Options{Snapshot: all[nth], Limits: warehouse.Limits{MemoryMiB: 256, Threads: 1, TempDir: cfg.Path(instance.Temp)}, Instance: cfg.Dir, Folder: filepath.Join(t.TempDir(), "marts"), Keep: 2}
}

func publish(t *testing.T, opt lake.Options) lake.Publication {
	t.Helper()
	pub, err := lake.Parquet(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return pub
}

// numeric matches the types whose sums two readers must agree on to the last digit.
var numeric = regexp.MustCompile(`^(INTEGER|BIGINT|DECIMAL.*)$`)

// TestAnotherReaderAgreesToTheLastDigit reads the publication with a reader that shares no code with the engine that wrote it, and holds
// every table's rows, every sum of whole numbers and decimals, and every count of a text against the snapshot.
func TestAnotherReaderAgreesToTheLastDigit(t *testing.T) {
	opt := options(t, instancetest.Copy(t), 0)
	pub := publish(t, opt)
	snap, err := warehouse.OpenSnapshot(opt.Snapshot.Path, opt.Limits)
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	files, sums, rows := parquettest.Folder(t, pub.Path), 0, 0
	for _, table := range pub.Manifest.Tables {
		got := map[string]*big.Rat{}
		var n int64
		for _, f := range table.Files {
			part, ok := files[f.Path]
			if !ok || part.Notes["protective_marking"] == "" || part.Notes["audience"] != lake.Audience || part.Notes["bellwether_snapshot"] != opt.Snapshot.ID {
				t.Fatalf("%s: read %v, notes %v", f.Path, ok, part.Notes)
			}
			delete(files, f.Path)
			n += int64(len(part.Rows))
			for c, name := range part.Columns {
				if table.Columns[c].Name != name {
					t.Fatalf("%s: column %d is %s, the manifest says %s", f.Path, c, name, table.Columns[c].Name)
				}
				if got[name] == nil {
					got[name] = new(big.Rat)
				}
				for _, row := range part.Rows {
					if v, ok := new(big.Rat).SetString(row[c]); ok && numeric.MatchString(table.Columns[c].Type) {
						got[name].Add(got[name], v)
					} else if row[c] != "(null)" {
						got[name].Add(got[name], big.NewRat(1, 1))
					}
				}
			}
		}
		if n != table.Rows {
			t.Errorf("%s: %d rows read, the manifest says %d", table.Name, n, table.Rows)
		}
		rows += int(n)
		for _, c := range table.Columns {
			query := "SELECT count(" + warehouse.Ident(c.Name) + ")::VARCHAR FROM " + warehouse.Qualified(table.Name)
			if numeric.MatchString(c.Type) {
				query = "SELECT coalesce(sum(" + warehouse.Ident(c.Name) + "), 0)::VARCHAR FROM " + warehouse.Qualified(table.Name)
			}
			var text string
			if err := snap.DB().QueryRow(query).Scan(&text); err != nil {
				t.Fatal(err)
			}
			want, ok := new(big.Rat).SetString(text)
			if have := got[c.Name]; n > 0 && (!ok || have.Cmp(want) != 0) {
				t.Errorf("%s.%s: %s read, %s in the snapshot", table.Name, c.Name, have.RatString(), text)
			}
			sums++
		}
	}
	if len(files) > 0 || rows < 1000 || sums < 150 {
		t.Errorf("%d files are in no table; %d rows and %d sums were compared", len(files), rows, sums)
	}
}

// TestEveryTableAndColumnIsDecidedOn holds the terms against a snapshot: nothing new leaves, or is left behind, unnoticed.
func TestEveryTableAndColumnIsDecidedOn(t *testing.T) {
	opt := options(t, instancetest.Copy(t), 0)
	snap, err := warehouse.OpenSnapshot(opt.Snapshot.Path, opt.Limits)
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	terms, err := lake.Tables()
	if err != nil {
		t.Fatal(err)
	}
	all, err := snap.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	published := map[string]lake.Table{}
	for _, p := range terms.Publish {
		published[p.Name] = p
	}
	for _, name := range all {
		p, leaves := published[name]
		why, stays := terms.Hold[name]
		if leaves == stays || stays && why == "" {
			t.Errorf("%s must either be published or held, with a reason", name)
		}
		if !leaves {
			continue
		}
		columns, err := snap.Columns(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range columns {
			why, held := p.Held[c.Name]
			if slices.Contains(p.Columns, c.Name) == held || held && why == "" {
				t.Errorf("%s.%s must either be published or held, with a reason", name, c.Name)
			}
		}
	}
	for name := range published {
		if !slices.Contains(all, name) {
			t.Errorf("%s is to be published, and no snapshot has it", name)
		}
	}
	for name := range terms.Hold {
		if !slices.Contains(all, name) && name != "ops.decisions" { // made only where there is casework
			t.Errorf("%s is held, and no snapshot has it", name)
		}
	}
}

// ofPersons matches names of columns that lead to a person or to the record of one.
var ofPersons = regexp.MustCompile(`(^|_)(adult|alleged|person|staff|record|load|concern|enquiry|complaint|incident|placement|decision|case)_(ref|id|key)$|^row_no$|decided_by|weekly_cost|_ref$`)

func TestNoColumnLeadsToAPerson(t *testing.T) {
	terms, err := lake.Tables()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"adult_ref", "alleged_ref", "record_id", "load_id", "concern_id", "incident_key", "decided_by"} {
		if !ofPersons.MatchString(name) {
			t.Fatalf("the search does not find %s", name)
		}
	}
	for _, p := range terms.Publish {
		for _, c := range p.Columns {
			if ofPersons.MatchString(c) {
				t.Errorf("%s.%s would leave", p.Name, c)
			}
		}
	}
}

// TestAReaderMeetsAWholePublicationOrTheOneBefore breaks a publication off at every named point: what readers follow stays whole, and the
// next publication sweeps what was left.
func TestAReaderMeetsAWholePublicationOrTheOneBefore(t *testing.T) {
	cfg := instancetest.Copy(t)
	first := options(t, cfg, 1)
	old := publish(t, first)
	second := options(t, cfg, 0)
	second.Folder = first.Folder
	stop := errors.New("broken off on purpose")
	for _, point := range []string{failpoint.MartsWritten, failpoint.MartsNamed, failpoint.MartsCurrent} {
		failpoint.Arm(func(name string) error {
			if name == point {
				return stop
			}
			return nil
		})
		_, err := lake.Parquet(t.Context(), second)
		failpoint.Arm(nil)
		if !errors.Is(err, stop) {
			t.Fatalf("at %s: %v", point, err)
		}
		now, err := lake.InForce(first.Folder)
		if err != nil || point != failpoint.MartsCurrent && now != old.Path {
			t.Errorf("at %s readers go to %s, %v", point, now, err)
		}
		if _, problems, err := lake.Verify(t.Context(), now); err != nil || len(problems) > 0 {
			t.Errorf("at %s: %v, %v", point, problems, err)
		}
	}
	if err := os.Mkdir(filepath.Join(first.Folder, ".unfinished-killed"), 0o700); err != nil {
		t.Fatal(err)
	}
	begun, err := filepath.Glob(filepath.Join(old.Path, "mart", "market_week", "*", "*", "*.parquet"))
	if err != nil || len(begun) == 0 {
		t.Fatalf("%v, %v", begun, err)
	}
	last := publish(t, second)
	if now, err := lake.InForce(first.Folder); err != nil || now != last.Path {
		t.Errorf("readers go to %s, %v", now, err)
	}
	if left, _ := filepath.Glob(filepath.Join(first.Folder, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	// Whoever looked files up through the link and opens them after it moved finds none, rather than some of each.
	for _, file := range begun {
		rel, err := filepath.Rel(old.Path, file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(first.Folder, lake.Current, rel)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s leads into the next publication: %v", rel, err)
		}
	}
}

// TestOldPublicationsGo publishes five times and keeps two, the newest last in force.
func TestOldPublicationsGo(t *testing.T) {
	opt := options(t, instancetest.Copy(t), 0)
	var made []string
	for range 3 {
		made = append(made, filepath.Base(publish(t, opt).Path))
	}
	all, err := lake.Publications(opt.Folder)
	if err != nil || len(all) != 2 || all[0] != made[2] || all[1] != made[1] {
		t.Errorf("%v of %v, %v", all, made, err)
	}
	for i, name := range []string{"20260101T000000000Z-0123456789ab.9", "20260101T000000000Z-0123456789ab.10", "20251231T000000000Z-ffffffffffff"} {
		if err := os.Mkdir(filepath.Join(opt.Folder, name), 0o700); err != nil {
			t.Fatal(i, err)
		}
	}
	if all, err = lake.Publications(opt.Folder); err != nil || all[2] != "20260101T000000000Z-0123456789ab.10" || all[4] != "20251231T000000000Z-ffffffffffff" {
		t.Errorf("%v, %v", all, err)
	}
	gone, err := lake.Prune(opt.Folder, 1)
	if err != nil || len(gone) != 4 {
		t.Errorf("%v, %v", gone, err)
	}
	if now, err := lake.InForce(opt.Folder); err != nil || filepath.Base(now) != made[2] {
		t.Errorf("%s, %v", now, err)
	}
}

func TestVerifyNamesWhatIsWrong(t *testing.T) {
	opt := options(t, instancetest.Copy(t), 0)
	dir := publish(t, opt).Path
	m, problems, err := lake.Verify(t.Context(), dir)
	if err != nil || len(problems) > 0 || len(m.Tables) == 0 {
		t.Fatalf("%v, %v", problems, err)
	}
	changed, missing := filepath.Join(dir, m.Tables[0].Files[0].Path), filepath.Join(dir, m.Tables[1].Files[0].Path)
	src, err := os.ReadFile(changed)
	if err != nil {
		t.Fatal(err)
	}
	src[len(src)/2] ^= 1
	extra := filepath.Join(filepath.Dir(changed), "more.parquet")
	if err := errors.Join(os.WriteFile(changed, src, 0o600), os.Remove(missing), os.WriteFile(extra, src, 0o600)); err != nil {
		t.Fatal(err)
	}
	_, problems, err = lake.Verify(t.Context(), dir)
	text := strings.Join(problems, "\n")
	if err != nil || len(problems) != 3 {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, want := range []string{"location_week", "was changed", "provider_week", "is missing", "more.parquet is not in the manifest"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not say %q", text, want)
		}
	}
	for body, want := range map[string]string{
		"{":             "damaged",
		`{"format": 9}`: "format 9",
		`{"format": 1, "tables": [{"files": [{"path": "../../etc/passwd"}]}]}`: "outside the publication",
	} {
		if err := os.WriteFile(filepath.Join(dir, lake.ManifestFile), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := lake.Verify(t.Context(), dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", body, err)
		}
	}
	if _, _, err := lake.Verify(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "is no publication") {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestPlacesThatAreRefused(t *testing.T) {
	cfg := instancetest.Copy(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(cfg.Dir, link); err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string]string{
		"marts":                          "whole path",
		cfg.Path("marts"):                "inside the instance",
		filepath.Join(link, "x"):         "inside the instance",
		filepath.Join(file, "marts"):     "make it yourself",
		"/proc/bellwether-can-not-write": "make it yourself",
	} {
		opt := options(t, cfg, 0)
		opt.Folder = folder
		if _, err := lake.Parquet(t.Context(), opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", folder, err)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{"Larkshire County Council (fictional)": "larkshire-county-council-fictional", "": "unnamed", "  É ": "unnamed", "A&B  c": "a-b-c"} {
		if got := lake.Slug(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
