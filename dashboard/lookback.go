package dashboard

import (
	"errors"
	"net/http"

	"bellwether/dashboard/words"
)

// lookBack chooses an earlier snapshot, or the newest again where none is named.
func lookBack(q *request) error {
	ctx, id := q.r.Context(), q.r.PostFormValue("snapshot")
	q.sessions.Remove(ctx, keyBack)
	earlier, can := q.cfg.Snapshots.(Earlier)
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
	q.sessions.Put(ctx, keyBack, snap.ID)
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
	if earlier, can := q.cfg.Snapshots.(Earlier); can {
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
