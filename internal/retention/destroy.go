package retention

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/lake"
	"bellwether/internal/pipeline"
	"bellwether/internal/warehouse"
)

// Bounds of a proof: how many texts are searched for, and how long one must be to mean this load and no other.
const (
	mostNeedles  = 60
	leastNeedle  = 8
	certificates = "certificates"
)

// Options are what Destroy needs.
type Options struct {
	Config config.Config
	Book   *Book
	Now    func() time.Time
	By     string
	// Backups is a folder of backups, all of which are removed; empty leaves it to the certificate to say that they were not looked at.
	Backups string
	// Open opens the instance for writing.
	Open func(context.Context) (*pipeline.Pipeline, error)
}

// Destroy carries out what a person decided: rows, landed file, inbox file, older snapshots and backups go, the raw file is rewritten, a new
// snapshot is published, and a search for texts of the load, which found them before, must find none.
func Destroy(ctx context.Context, o Options, id string) (c Certificate, err error) {
	item, err := o.Book.Find(ctx, id)
	if err != nil {
		return c, err
	}
	if err := item.ready(); err != nil {
		return c, err
	}
	p, err := o.Open(ctx)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	c = Certificate{LoadID: item.LoadID, Source: item.Source, File: item.File, Basis: item.Basis, AppraisedBy: item.AppraisedBy, DestroyedBy: o.By, At: o.Now().UTC(),
		Snapshots: []string{}, Backups: []string{}}
	for _, r := range p.Records() {
		if r.LoadID == item.LoadID {
			c.SHA256 = r.SHA256
		}
	}
	needles, err := p.OwnTexts(ctx, item.LoadID, 4*mostNeedles, leastNeedle)
	if err != nil {
		return c, err
	}
	s := search{o: o, p: p}
	if needles, err = s.only(ctx, c.LoadID, c.SHA256, needles); err != nil {
		return c, err
	}
	before, err := s.find(ctx, needles)
	if err != nil {
		return c, err
	}
	c.Searched, c.FoundBefore = len(needles), before
	if before < len(needles) {
		return c, fmt.Errorf("the search finds %d of %d texts that are there: it would prove nothing, so nothing was destroyed; please report it", before, len(needles))
	}
	if c.Rows, err = p.Destroy(ctx, item.LoadID, "certificate "+id); err != nil {
		return c, err
	}
	if c.Inbox, err = takeFromInbox(o.Config.Path(instance.Inbox, item.Source), c.SHA256); err != nil {
		return c, err
	}
	report, err := p.Publish(ctx, p.AsOf(time.Time{}))
	if err != nil {
		return c, fmt.Errorf("publish a snapshot without it: %w: the rows are gone; run the command again once the cause is mended", err)
	}
	c.Snapshot = report.Snapshot.ID
	// Every other snapshot goes, whatever a clock that was put back says of its age.
	all, err := warehouse.Snapshots(o.Config.Path(instance.Snapshots))
	if err != nil {
		return c, err
	}
	for _, old := range all {
		if old.Path == report.Snapshot.Path {
			continue
		}
		if err := os.Remove(old.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return c, fmt.Errorf("remove an older snapshot: %w", err)
		}
		c.Snapshots = append(c.Snapshots, old.ID)
	}
	if err := s.sweep(&c); err != nil {
		return c, err
	}
	// So does every older publication of the marts: readers have only what was made without it.
	if err := lake.Undelivered(report.Deliveries); err != nil {
		return c, fmt.Errorf("the marts were not published without it: %w: its rows are gone; publish them by hand, then run the command again", err)
	}
	if folder := o.Config.Publish.Parquet.Folder; folder != "" {
		if _, err := lake.Prune(folder, 1); err != nil {
			return c, err
		}
	}
	if o.Config.Publish.DuckLake.Catalogue != "" {
		if err := lake.ForgetDuckLake(ctx, o.Config, instance.Limits(o.Config), o.Now()); err != nil {
			return c, fmt.Errorf("the lake still keeps what was published before: %w: run the command again once that is mended", err)
		}
	}
	if c.FoundAfter, err = s.find(ctx, needles); err != nil {
		return c, err
	}
	c.Places = s.places
	if c.FoundAfter > 0 {
		return c, fmt.Errorf("%d of %d texts are still found (%s): it is not destroyed; nothing was certified", c.FoundAfter, len(needles), strings.Join(s.hits, ", "))
	}
	return c, certify(ctx, o, item, &c)
}

// certify writes the certificate and closes the item.
func certify(ctx context.Context, o Options, item Item, c *Certificate) error {
	var raw [8]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return err
	}
	c.ID = hex.EncodeToString(raw[:])
	body, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	folder := o.Config.Path(instance.Casework, certificates)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := instance.WriteFile(filepath.Join(folder, c.ID+".json"), append(body, '\n'), 0o600); err != nil {
		return err
	}
	return o.Book.add(ctx, item, "retention.destroyed", o.By, payload{Certificate: c})
}

// takeFromInbox removes the delivered file itself, known by its bytes, wherever in the source's inbox it lies.
func takeFromInbox(folder, sha string) (found bool, err error) {
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		sum, err := sumOf(path, true)
		if err != nil || sum != sha {
			return err
		}
		found = true
		return os.Remove(path) //nolint:gosec // the inbox is the council's own folder, and the file was just found to be the one
	})
	return found, err
}

// sumOf is the SHA-256 of a file, in hexadecimal; nothing is read unless it is wanted.
func sumOf(path string, wanted bool) (string, error) {
	if !wanted {
		return "", nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// search looks for texts, decoded in the databases and as bytes in every file of the instance and its backups.
type search struct {
	o      Options
	p      *pipeline.Pipeline
	places []string
	hits   []string
}

// only keeps the texts that nothing tells of but what is to go: the name of a home stands in other deliveries and in decisions too, and
// rightly stays there.
func (s *search) only(ctx context.Context, loadID, sha string, needles []string) ([]string, error) {
	keep, others := slices.Clone(needles), map[string]bool{}
	seen := matcher(needles, others)
	if err := warehouse.EachTextOfOthers(ctx, s.p.Raw(), loadID, func(text string) { seen("", text) }); err != nil {
		return nil, err
	}
	// References, numbers and pseudonyms mean one record each. A word of a vocabulary stands in the rules too, and an organisation's name,
	// written a little otherwise, in other deliveries; people's names are never here.
	keep = slices.DeleteFunc(keep, func(n string) bool { return others[n] || !strings.ContainsAny(n, "0123456789") })
	elsewhere, err := s.bytesBut(s.o.Config.Path(instance.Inbox), sha, keep)
	if err != nil {
		return nil, err
	}
	keep = slices.DeleteFunc(keep, func(n string) bool { return elsewhere[n] })
	for _, folder := range []string{instance.Casework, instance.Audit, config.FileName} {
		found, err := s.bytes(s.o.Config.Path(folder), keep)
		if err != nil {
			return nil, err
		}
		keep = slices.DeleteFunc(keep, func(n string) bool { return found[n] })
	}
	return keep[:min(len(keep), mostNeedles)], ctx.Err()
}

// find says how many of the texts are found anywhere, and notes where it looked.
func (s *search) find(ctx context.Context, needles []string) (int, error) {
	found := map[string]bool{}
	s.places, s.hits = nil, nil
	note := func(place string, hits map[string]bool) {
		s.places = append(s.places, place)
		if len(hits) > 0 {
			s.hits = append(s.hits, place)
		}
		for n := range hits {
			found[n] = true
		}
	}
	hits := map[string]bool{}
	if err := warehouse.EachText(ctx, s.p.Raw(), matcher(needles, hits)); err != nil {
		return 0, err
	}
	note("decoded texts of the raw file", hits)
	snaps, err := warehouse.Snapshots(s.o.Config.Path(instance.Snapshots))
	if err != nil {
		return 0, err
	}
	for _, info := range snaps {
		snap, err := warehouse.OpenSnapshot(info.Path, instance.Limits(s.o.Config), s.o.Config.Path(instance.Temp))
		if err != nil {
			return 0, err
		}
		hits := map[string]bool{}
		err = warehouse.EachText(ctx, snap.DB(), matcher(needles, hits))
		if err := errors.Join(err, snap.Close()); err != nil {
			return 0, err
		}
		note("decoded texts of snapshot "+info.ID, hits)
	}
	folders := []string{instance.Warehouse, instance.Snapshots, instance.Landing, instance.Inbox, instance.Casework, instance.Audit, instance.Temp}
	for _, folder := range folders {
		hits, err := s.bytes(s.o.Config.Path(folder), needles)
		if err != nil {
			return 0, err
		}
		note("bytes of "+folder, hits)
	}
	if s.o.Backups != "" {
		hits, err := s.bytes(s.o.Backups, needles)
		if err != nil {
			return 0, err
		}
		note("bytes of the backups", hits)
	}
	return len(found), ctx.Err()
}

// matcher marks the needles that a text is or holds.
func matcher(needles []string, hits map[string]bool) func(place, text string) {
	return func(_, text string) {
		for _, n := range needles {
			if !hits[n] && strings.Contains(text, n) {
				hits[n] = true
			}
		}
	}
}

// bytes searches the files below a path, in overlapping pieces so that nothing hides on a border.
func (s *search) bytes(root string, needles []string) (map[string]bool, error) {
	return s.bytesBut(root, "", needles)
}

// bytesBut leaves out the file with a sum.
func (s *search) bytesBut(root, sha string, needles []string) (map[string]bool, error) {
	hits := map[string]bool{}
	longest := 0
	for _, n := range needles {
		longest = max(longest, len(n))
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if sum, err := sumOf(path, sha != ""); err != nil || sha != "" && sum == sha {
			return err
		}
		f, err := os.Open(path) //nolint:gosec // below one of the instance's own folders
		if err != nil {
			return err
		}
		defer f.Close()
		buf := make([]byte, 0, 4<<20+longest)
		for {
			n, err := io.ReadFull(f, buf[len(buf):cap(buf)])
			buf = buf[:len(buf)+n]
			for _, needle := range needles {
				if !hits[needle] && bytes.Contains(buf, []byte(needle)) {
					hits[needle] = true
				}
			}
			if err != nil {
				if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
					return nil
				}
				return err
			}
			keep := min(longest, len(buf))
			buf = append(buf[:0], buf[len(buf)-keep:]...)
		}
	})
	return hits, err
}

// sweep removes the backups that still hold it and what a run left in the folder for passing files.
func (s *search) sweep(c *Certificate) error {
	temp, err := os.ReadDir(s.o.Config.Path(instance.Temp))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range temp {
		if err := os.RemoveAll(s.o.Config.Path(instance.Temp, e.Name())); err != nil {
			return err
		}
	}
	if s.o.Backups == "" {
		return nil
	}
	entries, err := os.ReadDir(s.o.Backups)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), "bellwether-") {
			continue
		}
		if err := os.RemoveAll(filepath.Join(s.o.Backups, e.Name())); err != nil {
			return fmt.Errorf("remove a backup that holds it: %w", err)
		}
		c.Backups = append(c.Backups, e.Name())
	}
	return nil
}
