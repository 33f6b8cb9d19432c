// Package failpoint names the moments at which a process may die with the most to lose, so that tests can end it exactly there. A
// released program can't be made to stop at one: nothing but [Arm] arms them, no file of the program calls it (a test of this package
// reads them all), and neither a flag nor the environment is looked at.
package failpoint

import "sync/atomic"

// The named points beside those of a load, in the order in which a run, a backup and a decision pass them. A load's own points have
// the prefix "load-" and the names of package ingest.
const (
	DecisionsLanded = "decisions-landed" // the extract of decisions lies beside the other inputs
	ModelMade       = "model-made"       // one table of the transform is there; passed once a model
	Analysed        = "analysed"         // flags and levels are written into the build
	Checked         = "checked"          // the checks ran, the content hash is known
	RunWritten      = "run-written"      // the build says which run made it
	BuildFinished   = "build-finished"   // the build is closed and whole, under its temporary name
	PublishSynced   = "publish-synced"   // it is on the disk
	PublishRenamed  = "publish-renamed"  // it has its final name; the folder may not know yet
	SnapshotPruned  = "snapshot-pruned"  // an old snapshot is gone; passed once a snapshot

	MartsWritten = "marts-written" // a publication of the marts is on the disk, under its temporary name
	MartsNamed   = "marts-named"   // it has its final name; readers still go to the one before
	MartsCurrent = "marts-current" // readers go to it; the folder may not know yet

	ShareFilePut   = "share-file-put"  // a snapshot lies in the shared folder or bucket; nothing names it yet
	SharePublished = "share-published" // it is published there

	LakeFilled   = "lake-filled"   // every table of a lake is written, in a transaction that is not committed
	LakeReplaced = "lake-replaced" // the transaction is committed; what is older is not yet forgotten

	CaseworkCopied = "casework-copied" // casework lies in the database, in a transaction that is not committed
	CaseworkMoved  = "casework-moved"  // the transaction is committed and the file takes no more writes; it has its old name still

	BackupPart   = "backup-part"   // one part is copied; passed once a part
	BackupSummed = "backup-summed" // everything is copied and summed
	BackupNamed  = "backup-named"  // it has its final name

	StoreBeforeCommit = "store-before-commit" // a decision is written and not yet acknowledged
	StoreAfterCommit  = "store-after-commit"  // it is on the disk; whoever made it does not know yet
)

// Names lists the points above.
func Names() []string {
	return []string{DecisionsLanded, ModelMade, Analysed, Checked, RunWritten, BuildFinished, PublishSynced, PublishRenamed, SnapshotPruned,
		MartsWritten, MartsNamed, MartsCurrent, ShareFilePut, SharePublished, LakeFilled, LakeReplaced, CaseworkCopied, CaseworkMoved,
		BackupPart, BackupSummed, BackupNamed, StoreBeforeCommit, StoreAfterCommit}
}

var armed atomic.Pointer[func(name string) error]

// At is called at a named point. Unless a test has armed the points it does nothing.
func At(name string) error {
	if hook := armed.Load(); hook != nil {
		return (*hook)(name)
	}
	return nil
}

// Arm has every point call hook, whose error ends the work there; nil disarms them. For tests alone.
func Arm(hook func(name string) error) {
	if hook == nil {
		armed.Store(nil)
		return
	}
	armed.Store(&hook)
}
