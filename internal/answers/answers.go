// Package answers makes what a council answers requests for information with, for the command line and the pages alike: counts under the
// Freedom of Information Act, which a second person signs off and a register of releases holds against each other, and what is held about
// a person, laid out once. Whether somebody may, and the audit, are the caller's; that it takes two people is casework/requests'.
package answers

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"bellwether/casework/papers"
	"bellwether/casework/requests"
	"bellwether/ingest/pseudonym"
	"bellwether/internal/config"
	"bellwether/internal/disclosure"
	"bellwether/internal/instance"
	"bellwether/internal/release"
	"bellwether/internal/subject"
)

// Desk answers the requests of one instance. All fields are required.
type Desk struct {
	Book   *requests.Book
	Config config.Config
	Now    func() time.Time
	// Newest reads the snapshot in force, named by its id.
	Newest func(ctx context.Context, use func(id string, db *sql.DB) error) error
}

// RefusedError is an answer that must not be made or must not leave, as a sentence for the person who asked.
type RefusedError struct {
	// Code is for the audit.
	Code string
	err  error
}

// Error gives the sentence.
func (e *RefusedError) Error() string { return e.err.Error() }

// Unwrap gives the cause.
func (e *RefusedError) Unwrap() error { return e.err }

// Build makes the answer to a request under the Freedom of Information Act and keeps it until it is signed off. It is refused where it and
// what was released before would together give a hidden count away. By is who is recorded, Maker who the register of releases names.
func (d *Desk) Build(ctx context.Context, id, by, maker string, profile disclosure.Profile, span release.Span) error {
	if _, err := d.Book.Find(requests.FOI, id); err != nil {
		return err
	}
	bundle, parts, err := d.count(ctx, id, maker, profile, span)
	if err != nil {
		return err
	}
	book, err := d.register()
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := book.Check(profile, p); err != nil {
			return &RefusedError{"differencing", err}
		}
	}
	if err := d.keep(id, bundle, parts); err != nil {
		return err
	}
	_, err = d.Book.Built(ctx, requests.FOI, id, by, release.Hash(bundle))
	return err
}

// count counts each subject in the newest snapshot. A subject of which nothing is recorded is left out.
func (d *Desk) count(ctx context.Context, id, maker string, profile disclosure.Profile, span release.Span) (bundle []byte, parts []disclosure.Release, err error) {
	b := release.Bundle{Reference: id, Authority: d.Config.Council, Span: span}
	err = d.Newest(ctx, func(snapshot string, db *sql.DB) error {
		var err error
		if b.AsOf, err = release.AsOf(ctx, db); err != nil {
			return err
		}
		b.Snapshot = snapshot
		for _, what := range release.Subjects {
			counts, err := release.Count(ctx, db, what, span)
			if errors.Is(err, release.ErrNothing) {
				continue
			}
			if err != nil {
				return err
			}
			sheet, err := counts.Publish(profile)
			if err != nil {
				return err
			}
			b.Sheets = append(b.Sheets, sheet)
			parts = append(parts, disclosure.Release{ID: snapshot + "-" + id, Subject: what.Name, Profile: profile.Name, At: d.Now().UTC(), By: maker, Counts: counts.Units})
		}
		if len(b.Sheets) == 0 {
			return release.ErrNothing
		}
		return nil
	})
	if err == nil {
		bundle, err = b.Zip()
	}
	return bundle, parts, err
}

func (d *Desk) register() (*release.Register, error) {
	return release.OpenRegister(d.Config.Path(instance.Casework, release.File))
}

// Candidate is where what was made for a request waits: beside the decisions, as sensitive as they until it is signed off.
func (d *Desk) Candidate(id, ending string) string {
	return d.Config.Path(instance.Casework, "requests", id+ending)
}

func (d *Desk) keep(id string, bundle []byte, parts []disclosure.Release) error {
	counts, err := json.Marshal(parts)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(d.Candidate(id, "")), 0o700); err != nil {
		return err
	}
	return errors.Join(instance.WriteFile(d.Candidate(id, ".counts.json"), counts, 0o600), instance.WriteFile(d.Candidate(id, ".zip"), bundle, 0o600))
}

// Kept reads what was made for a request back and refuses it if it is not what was made.
func (d *Desk) Kept(r requests.Request) ([]byte, error) {
	bundle, err := os.ReadFile(d.Candidate(r.ID, ".zip"))
	if err != nil || release.Hash(bundle) != r.Hash {
		return nil, &RefusedError{"changed", fmt.Errorf("what was made for %s is missing or was changed since: make it again", r.ID)}
	}
	return bundle, nil
}

// Sign is the second person's: what was made is held against the register once more and entered there, and may then leave.
func (d *Desk) Sign(ctx context.Context, id, by string) (requests.Request, error) {
	r, err := d.Book.Find(requests.FOI, id)
	if err != nil {
		return r, err
	}
	if r.Hash != "" {
		if _, err := d.Kept(r); err != nil {
			return r, err
		}
		if r.SignedAt.IsZero() && r.BuiltBy != by {
			if err := d.enter(id); err != nil {
				return r, err
			}
		}
	}
	return d.Book.Sign(ctx, requests.FOI, id, by)
}

// enter enters what is about to leave in the register. It stands there before the signature: a release that is in the register and never
// left does no harm, one that left and is not there does.
func (d *Desk) enter(id string) error {
	body, err := os.ReadFile(d.Candidate(id, ".counts.json"))
	if err != nil {
		return err
	}
	var parts []disclosure.Release
	if err := json.Unmarshal(body, &parts); err != nil {
		return fmt.Errorf("the counts of %s can't be read: %w: make the answer again", id, err)
	}
	book, err := d.register()
	if err != nil {
		return err
	}
	for _, p := range parts {
		profile, err := disclosure.Find(p.Profile)
		if err != nil {
			return err
		}
		if err := book.Check(profile, p); err != nil {
			return &RefusedError{"differencing", err}
		}
	}
	return book.Add(parts...)
}

// Leaving gives the file of a request that was signed off.
func (d *Desk) Leaving(id string) (bundle []byte, r requests.Request, err error) {
	if r, err = d.Book.Find(requests.FOI, id); err != nil {
		return nil, r, err
	}
	if r.SignedAt.IsZero() {
		return nil, r, &RefusedError{"unsigned", errors.New("a second person has not signed this off yet: nothing leaves before")}
	}
	bundle, err = d.Kept(r)
	return bundle, r, err
}

// Held lays out what is held about the person behind a reference, once, as a sealed paper. The request is spent before anything is looked
// up, so that nobody can try one person after another, and only once everything else that can fail has not. Where the look-up then fails, and
// so nobody has learnt anything, the request is given back. Neither the reference nor the paper is kept.
func (d *Desk) Held(ctx context.Context, id, by string, reference func() (string, error)) (sealed papers.Sealed, rows int, err error) {
	if _, err := d.Book.MayBuild(requests.SubjectAccess, id); err != nil {
		return sealed, 0, err
	}
	entry, err := reference()
	if err != nil {
		return sealed, 0, err
	}
	keys, err := pseudonym.Open(d.Config.Path(instance.Secrets, instance.PseudonymKey))
	if err != nil {
		return sealed, 0, err
	}
	who, err := subject.Of(keys, entry)
	if err != nil {
		return sealed, 0, &requests.InputError{Field: "person", Says: err.Error()}
	}
	err = d.Newest(ctx, func(snapshot string, db *sql.DB) error {
		made := subject.Made{Reference: id, Authority: d.Config.Council, Marking: d.Config.Marking, Snapshot: snapshot, At: d.Now().UTC()}
		var err error
		if made.AsOf, err = release.AsOf(ctx, db); err != nil {
			return err
		}
		if _, err := d.Book.Built(ctx, requests.SubjectAccess, id, by, ""); err != nil {
			return err
		}
		found, err := subject.Held(ctx, db, who)
		if err == nil {
			sealed, err = papers.Seal(subject.Paper(made, found), nil)
		}
		if err != nil {
			return errors.Join(err, d.Book.NotBuilt(context.WithoutCancel(ctx), id, by))
		}
		rows = len(found)
		return nil
	})
	return sealed, rows, err
}
