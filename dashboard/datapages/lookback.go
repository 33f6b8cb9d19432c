package datapages

import (
	"errors"
	"net/http"

	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
)

// LookBack chooses an earlier snapshot, or the newest again where none is named.
func LookBack(q *page.Request) error {
	ctx, id := q.R.Context(), q.R.PostFormValue("snapshot")
	q.Sessions.Remove(ctx, page.KeyBack)
	earlier, can := q.Config.Snapshots.(page.Earlier)
	if id == "" || !can {
		return q.Done("This is what is known now.", "/market")
	}
	snap, release, err := earlier.At(ctx, id)
	if errors.Is(err, page.ErrNoSnapshot) {
		return &page.Problem{Status: http.StatusNotFound, Title: "No such snapshot is kept", Says: "It has been replaced and cleared away, or erased. The list says which are kept.", Next: []page.Step{page.To("Runs and earlier snapshots", "/data/snapshots")}}
	}
	if err != nil {
		return err
	}
	defer release()
	q.Sessions.Put(ctx, page.KeyBack, snap.ID)
	http.Redirect(q.W, q.R, "/flags", http.StatusSeeOther)
	return nil
}

// snapshotsView lists the runs whose snapshots are kept.
type snapshotsView struct {
	Sentence string
	Rows     []keptRow
}

type keptRow struct {
	page.KeptSnapshot
	Short string
	// InForce is the newest; Here is the one that the reader looks at.
	InForce, Here bool
}

// Snapshots lists the snapshots at which readers can look back.
func Snapshots(q *page.Request) error {
	v := snapshotsView{Sentence: "Only the newest snapshot can be read here."}
	if earlier, can := q.Config.Snapshots.(page.Earlier); can {
		kept, err := earlier.Kept(q.R.Context())
		if err != nil {
			return err
		}
		for i, k := range kept {
			v.Rows = append(v.Rows, keptRow{KeptSnapshot: k, Short: page.ShortID(k.ID), InForce: i == 0, Here: k.ID == q.Snapshot.ID})
		}
		v.Sentence = words.Capital(words.Spell(len(kept), "run")) + " can be looked at again."
	}
	return q.Page("snapshots", "Runs and earlier snapshots", v, page.To("Data", "/data"))
}
