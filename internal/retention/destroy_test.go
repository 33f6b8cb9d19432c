package retention

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/casework/store/memory"
	"bellwether/internal/backup"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/pipeline"
	"bellwether/internal/warehouse"
)

// desk is an instance with a register of proposals in which one load has been proposed.
type desk struct {
	t    *testing.T
	cfg  config.Config
	book *Book
	at   time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, cfg: instancetest.Copy(t), at: instancetest.Noon}
	d.book = NewBook(memory.New(), func() time.Time { return d.at })
	return d
}

func (d *desk) open(ctx context.Context) (*pipeline.Pipeline, error) {
	return pipeline.Open(ctx, pipeline.Options{Config: d.cfg, Doing: "test", Now: func() time.Time { d.at = d.at.Add(time.Millisecond); return d.at }})
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// propose proposes the oldest load of a source and gives its item and some texts that only it brought.
func (d *desk) propose(source string) (Item, []string) {
	d.t.Helper()
	p, err := d.open(d.t.Context())
	d.must(err)
	days, err := p.NewestDays(d.t.Context())
	d.must(err)
	var loads []Load
	for _, r := range p.Records() {
		loads = append(loads, Load{r, days[r.LoadID]})
	}
	due := Due(loads, []Schedule{{source, 1, "a test"}}, d.at)
	if len(due) == 0 {
		d.t.Fatal("nothing is due")
	}
	n, err := d.book.Propose(d.t.Context(), "operator", due[:1])
	if err != nil || n != 1 {
		d.t.Fatalf("%d proposed, %v", n, err)
	}
	texts, err := p.OwnTexts(d.t.Context(), due[0].Record.LoadID, 40, leastNeedle)
	d.must(err)
	d.must(p.Close())
	i, err := d.book.Find(d.t.Context(), due[0].Record.LoadID[:16])
	d.must(err)
	return i, texts
}

func (d *desk) options(backups string) Options {
	return Options{Config: d.cfg, Book: d.book, Now: func() time.Time { return d.at }, By: "operator", Backups: backups, Open: d.open}
}

func refused(err error) bool {
	var input *InputError
	return errors.As(err, &input)
}

// holds counts how many of the texts the plain bytes of the files below a folder hold: a search of the test's own.
func holds(t *testing.T, folder string, texts []string) (n int) {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		all.Write(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if bytes.Contains(all.Bytes(), []byte(text)) {
			n++
		}
	}
	return n
}

// mine keeps the texts that only the item's own delivered file holds.
func mine(t *testing.T, d *desk, item Item, texts []string) (own []string) {
	t.Helper()
	for _, text := range texts {
		if !strings.ContainsAny(text, "0123456789") {
			continue
		}
		files := 0
		for _, path := range instancetest.Files(t, d.cfg.Path(instance.Inbox)) {
			raw, err := os.ReadFile(path)
			d.must(err)
			if bytes.Contains(raw, []byte(text)) {
				files++
				if filepath.Base(path) != item.File {
					files++
				}
			}
		}
		if files == 1 {
			own = append(own, text)
		}
	}
	return own
}

func TestWhatIsDestroyedIsFoundNowhere(t *testing.T) {
	d := newDesk(t)
	backups := filepath.Join(t.TempDir(), "backups")
	_, err := backup.Create(t.Context(), backup.Options{Config: d.cfg, To: backups, Secrets: true, Now: func() time.Time { return d.at }})
	d.must(err)
	item, texts := d.propose("company_events")
	if _, err := Destroy(t.Context(), d.options(backups), item.ID); !refused(err) {
		t.Fatalf("destroyed without appraisal: %v", err)
	}
	d.must(d.book.Appraise(t.Context(), item.ID, "gil", "destroy", "past its schedule, nothing open"))
	d.must(d.book.Hold(t.Context(), item.ID, "gil", "an inquiry asks for these years"))
	if _, err := Destroy(t.Context(), d.options(backups), item.ID); !refused(err) || !strings.Contains(err.Error(), "inquiry") {
		t.Fatalf("destroyed under a legal hold: %v", err)
	}
	d.must(d.book.Release(t.Context(), item.ID, "gil", "the inquiry has ended"))
	texts = mine(t, d, item, texts)
	if holds(t, d.cfg.Path(instance.Inbox), texts) != len(texts) || len(texts) == 0 {
		t.Fatal("the texts are not in the inbox: the search would prove nothing")
	}
	before, err := warehouse.Snapshots(d.cfg.Path(instance.Snapshots))
	d.must(err)
	c, err := Destroy(t.Context(), d.options(backups), item.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c.Searched == 0 || c.FoundBefore != c.Searched || c.FoundAfter != 0 || c.Rows == 0 || !c.Inbox || len(c.Snapshots) != len(before) || len(c.Backups) != 1 || c.AppraisedBy != "gil" || c.SHA256 == "" {
		t.Errorf("certified as %+v", c)
	}
	for _, folder := range []string{instance.Inbox, instance.Landing, instance.Warehouse, instance.Snapshots, instance.Temp, instance.Casework, instance.Audit} {
		if n := holds(t, d.cfg.Path(folder), texts); n > 0 {
			t.Errorf("%s still holds it", folder)
		}
	}
	if files, _ := filepath.Glob(filepath.Join(backups, "*")); len(files) != 0 {
		t.Errorf("backups are left: %v", files)
	}
	if _, err := os.Stat(d.cfg.Path(instance.Landing, c.SHA256[:2], c.SHA256+".age")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the landed file is there: %v", err)
	}
	body, err := os.ReadFile(d.cfg.Path(instance.Casework, certificates, c.ID+".json"))
	d.must(err)
	var read Certificate
	d.must(json.Unmarshal(body, &read))
	if read.ID != c.ID || holds(t, d.cfg.Path(instance.Casework, certificates), texts) > 0 {
		t.Error("the certificate is not the one that was given, or tells what was destroyed")
	}
	if i, err := d.book.Find(t.Context(), item.ID); err != nil || i.State() != "destroyed" {
		t.Errorf("%s, %v", i.State(), err)
	}
	if _, err := Destroy(t.Context(), d.options(backups), item.ID); !refused(err) {
		t.Errorf("destroyed twice: %v", err)
	}
	stays(t, d, item, c)
}

// stays opens the instance again: what was destroyed is not taken for lost, and does not come back by being delivered again.
func stays(t *testing.T, d *desk, item Item, c Certificate) {
	t.Helper()
	p, err := d.open(t.Context())
	d.must(err)
	defer func() { d.must(p.Close()) }()
	if len(p.Recovered) != 0 {
		t.Errorf("opening mends what was destroyed: %v", p.Recovered)
	}
	name := item.File
	var original string
	src := os.DirFS("../../sample-data/larkshire/inbox/company_events")
	d.must(fs.WalkDir(src, ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && filepath.Base(path) == name {
			original = path
		}
		return err
	}))
	r, err := p.IngestFiles(t.Context(), "company_events", []string{filepath.Join("../../sample-data/larkshire/inbox/company_events", original)}, time.Time{}, false)
	d.must(err)
	if r.Loaded != 0 || r.Refused != 1 || !strings.Contains(r.Results[0].Rejection.Error(), "were destroyed") {
		t.Errorf("delivered again: %+v", r)
	}
	if _, err := os.Stat(d.cfg.Path(instance.Landing, c.SHA256[:2], c.SHA256+".age")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("delivered again, it is landed again")
	}
}

func TestTheRegisterOfProposals(t *testing.T) {
	d := newDesk(t)
	item, _ := d.propose("contracts_register")
	if item.State() != "to be appraised" || item.Years != 1 || item.Due.IsZero() {
		t.Errorf("%+v", item)
	}
	for name, err := range map[string]error{
		"no decision":  d.book.Appraise(t.Context(), item.ID, "gil", "perhaps", "a good reason"),
		"no words":     d.book.Appraise(t.Context(), item.ID, "gil", "keep", " x "),
		"no such item": d.book.Appraise(t.Context(), "0123456789abcdef", "gil", "keep", "a good reason"),
		"no hold":      d.book.Release(t.Context(), item.ID, "gil", "a good reason"),
		"a bare hold":  d.book.Hold(t.Context(), item.ID, "gil", ""),
	} {
		if !refused(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.must(d.book.Appraise(t.Context(), item.ID, "gil", "keep", "a claim is open"))
	again := []Candidate{{Load: Load{}, Schedule: Schedule{"contracts_register", 1, "a test"}}}
	p, err := d.open(t.Context())
	d.must(err)
	for _, r := range p.Records() {
		if r.LoadID == item.LoadID {
			again[0].Record = r
		}
	}
	d.must(p.Close())
	if n, err := d.book.Propose(t.Context(), "operator", again); n != 0 || err != nil {
		t.Errorf("what was kept is proposed again at once: %d, %v", n, err)
	}
	d.at = d.at.AddDate(1, 0, 1)
	if n, err := d.book.Propose(t.Context(), "operator", again); n != 1 || err != nil {
		t.Errorf("a year later: %d, %v", n, err)
	}
	list, err := d.book.List(t.Context())
	if err != nil || len(list) != 1 || list[0].State() != "to be appraised" {
		t.Errorf("%+v, %v", list, err)
	}
}
