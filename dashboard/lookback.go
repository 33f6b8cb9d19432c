package dashboard

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// keyBack is the snapshot at which a reader looks back, in the session.
const keyBack = "looking_back"

// acquire gives the snapshot that the request is about: the newest, or the earlier one at which the reader looks back. Programs are always
// answered from the newest.
func (q *request) acquire(ctx context.Context) (*read.Snapshot, func(), error) {
	id := q.s.sessions.GetString(ctx, keyBack)
	earlier, can := q.s.cfg.Snapshots.(Earlier)
	if id == "" || !can || strings.HasPrefix(q.r.URL.Path, "/api/") {
		return q.s.cfg.Snapshots.Acquire(ctx)
	}
	if q.r.Method != http.MethodGet && q.r.Method != http.MethodHead {
		return nil, nil, &problem{status: http.StatusConflict, title: "You are looking back", says: "Nothing can be recorded from an earlier day. Return to now, and send it again.", next: []step{{"Runs and earlier snapshots", "/data/snapshots"}}}
	}
	if strings.HasPrefix(q.r.URL.Path, "/contingency") {
		return nil, nil, &problem{status: http.StatusConflict, title: "Contingency is about now", says: "Where people could go is shown for today alone: a list of an earlier day would name places that are gone. Return to now first.", next: []step{{"Runs and earlier snapshots", "/data/snapshots"}}}
	}
	snap, release, err := earlier.At(ctx, id)
	if errors.Is(err, ErrNoSnapshot) {
		q.s.sessions.Remove(ctx, keyBack)
		q.s.sessions.Put(ctx, keyFlash, "The earlier snapshot is no longer kept. This is what is known now.")
		return q.s.cfg.Snapshots.Acquire(ctx)
	}
	if err != nil {
		return nil, nil, err
	}
	newest, done, err := q.s.cfg.Snapshots.Acquire(ctx)
	if err == nil {
		q.back = newest.ID != snap.ID
		done()
	}
	return snap, release, nil
}

// lookBack chooses an earlier snapshot, or the newest again where none is named.
func lookBack(q *request) error {
	ctx, id := q.r.Context(), q.r.PostFormValue("snapshot")
	q.s.sessions.Remove(ctx, keyBack)
	earlier, can := q.s.cfg.Snapshots.(Earlier)
	if id == "" || !can {
		return q.done("This is what is known now.", "/market")
	}
	snap, release, err := earlier.At(ctx, id)
	if errors.Is(err, ErrNoSnapshot) {
		return &problem{status: http.StatusNotFound, title: "No such snapshot is kept", says: "It has been replaced and cleared away, or erased. The list says which are kept.", next: []step{{"Runs and earlier snapshots", "/data/snapshots"}}}
	}
	if err != nil {
		return err
	}
	defer release()
	q.s.sessions.Put(ctx, keyBack, snap.ID)
	http.Redirect(q.w, q.r, "/flags", http.StatusSeeOther)
	return nil
}

// snapshotsView lists the runs whose snapshots are kept.
type snapshotsView struct {
	Sentence string
	Rows     []keptRow
}

type keptRow struct {
	KeptSnapshot
	Short string
	// InForce is the newest; Here is the one that the reader looks at.
	InForce, Here bool
}

func snapshotsPage(q *request) error {
	v := snapshotsView{Sentence: "Only the newest snapshot can be read here."}
	if earlier, can := q.s.cfg.Snapshots.(Earlier); can {
		kept, err := earlier.Kept(q.r.Context())
		if err != nil {
			return err
		}
		for i, k := range kept {
			v.Rows = append(v.Rows, keptRow{KeptSnapshot: k, Short: shortID(k.ID), InForce: i == 0, Here: k.ID == q.snap.ID})
		}
		v.Sentence = words.Capital(words.Spell(len(kept), "run")) + " can be looked at again."
	}
	return q.page("snapshots", "Runs and earlier snapshots", v, step{"Data", "/data"})
}
