package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"bellwether/ingest/ledger"
	"bellwether/internal/backup"
	"bellwether/internal/instance"
)

// leastRoom is how much room a run needs at the very least.
const leastRoom = 512 << 20

func free(dir string) (int64, error) { return backup.Free(dir) }

// disk asks for room for one more run: a build as large as the newest snapshot, and as much again to spill to. A folder on a disk of its own is asked
// about by its name.
func (e *examination) disk(context.Context) {
	need := int64(leastRoom)
	if newest := e.newest(); newest != nil {
		need = max(need, 3*newest.Bytes)
	}
	have, err := e.Free(e.Config.Dir)
	switch {
	case err != nil:
		e.fail("disk", err.Error(), "check that the disk is mounted")
	case have < need:
		e.fail("disk", fmt.Sprintf("%d MiB are free and a run needs about %d", have>>20, need>>20), "make room, or lower warehouse.keep_snapshots: a run on a full disk fails and the last snapshot stays")
	case have < 3*need:
		e.warn("disk", fmt.Sprintf("%d MiB are free; a run needs about %d", have>>20, need>>20), "make room before it becomes too little")
	default:
		e.ok("disk", "%d MiB are free; a run needs about %d", have>>20, need>>20)
	}
	for _, f := range []struct {
		name string
		need int64
	}{{instance.Temp, need}, {instance.Warehouse, need}, {instance.Snapshots, need}, {instance.Landing, leastApart}, {instance.Inbox, leastApart}, {instance.Casework, leastApart}, {instance.Audit, leastApart}} {
		path := e.Config.Path(f.name)
		if _, err := os.Stat(path); err != nil {
			continue // permissions says so
		}
		switch apart, err := e.Free(path); {
		case err != nil:
			e.fail("disk", fmt.Sprintf("the disk of %s: %v", path, err), "check that it is mounted")
		case apart == have: // the same disk
		case apart < f.need:
			e.fail("disk", fmt.Sprintf("%d MiB are free on the disk of %s, which needs about %d", apart>>20, path, f.need>>20), "make room there, or move the folder to a larger disk: what can't be written ends the run or refuses the page")
		}
	}
}

// leastApart is the room that a folder needs which takes files as they come.
const leastApart = 64 << 20

// permissions: nothing of an instance is for others, and secrets least of all.
func (e *examination) permissions(context.Context) {
	open := 0
	for _, folder := range []string{instance.Secrets, instance.Landing, instance.Warehouse, instance.Snapshots, instance.Casework, instance.Audit, instance.Inbox} {
		path := e.Config.Path(folder)
		st, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			open++
			e.fail("permissions", "the folder "+path+" is missing", "restore it from a backup, or run `bellwether init` for a new instance")
		case err != nil:
			open++
			e.fail("permissions", err.Error(), "check who owns the instance folder; the service's user must")
		case st.Mode().Perm()&0o077 != 0:
			open++
			e.fail("permissions", fmt.Sprintf("%s may be read by others (mode %04o)", path, st.Mode().Perm()), "chmod 700 "+path)
		case owner(st) != os.Getuid():
			open++
			e.warn("permissions", fmt.Sprintf("%s belongs to another user (id %d) than the one who asks (id %d)", path, owner(st), os.Getuid()), "run this as the service's user, or chown -R the instance folder to it")
		}
	}
	entries, _ := os.ReadDir(e.Config.Path(instance.Secrets)) // a missing folder was reported above
	for _, f := range entries {
		info, err := f.Info()
		if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
			open++
			path := e.Config.Path(instance.Secrets, f.Name())
			e.fail("permissions", fmt.Sprintf("the secret %s may be read by others (mode %04o)", path, info.Mode().Perm()), "chmod 600 "+path+", and replace the secret if others use this machine")
		}
	}
	if open == 0 {
		e.ok("permissions", "folders and secrets are for their owner alone")
	}
}

func owner(st fs.FileInfo) int {
	if sys, ok := st.Sys().(*syscall.Stat_t); ok {
		return int(sys.Uid)
	}
	return -1
}

// clock: nothing that was written may lie in the future, the machine should follow a time server, and England's time must be known. Whether it
// agrees with the clocks of the database and the bucket is said where those are asked.
func (e *examination) clock(context.Context) {
	before := len(e.findings)
	if _, err := time.LoadLocation("Europe/London"); err != nil {
		e.fail("clock", "the time zone Europe/London is not known on this machine, so days would begin at the wrong hour", "install the package tzdata")
	}
	last := map[string]time.Time{"the last verification": e.state.Verification.At, "the last backup": e.state.Backup.At}
	if newest := e.newest(); newest != nil {
		last["the newest snapshot"] = newest.Published
	}
	if records, err := ledger.Read(e.Config.Path(instance.Landing)); err == nil { // the keys' look says what is wrong with it
		for _, r := range records {
			for _, at := range []time.Time{r.LandedAt, r.SettledAt} {
				if at.After(last["the newest delivery in the manifest"]) {
					last["the newest delivery in the manifest"] = at
				}
			}
		}
	}
	for _, what := range []string{"the newest snapshot", "the newest delivery in the manifest", "the last verification", "the last backup"} {
		if at := last[what]; at.After(e.now.Add(5 * time.Minute)) {
			e.fail("clock", fmt.Sprintf("%s is of %s, which is in the future: the clock has gone back, or was wrong then", what, at.UTC().Format("2 Jan 2006 15:04")), "set the clock right (timedatectl), before anything else is loaded")
		}
	}
	switch ok, err := e.Synchronised(); {
	case err != nil:
		e.warn("clock", "the machine does not say whether its clock follows a time server", "check it with timedatectl")
	case !ok:
		e.warn("clock", "the machine's clock does not follow a time server", "switch it on with timedatectl set-ntp true: freshness, deadlines and the audit depend on it")
	case len(e.findings) == before:
		e.ok("clock", "it follows a time server, and nothing was written in the future")
	}
}

// How far this machine's clock may be from another that is right, before it is said and before it is wrong.
const (
	apartSaid  = 30 * time.Second
	apartWrong = 5 * time.Minute
)

// against holds this machine's clock against another, which is ahead of it by so much; wrong names what does not work then.
func (e *examination) against(whose string, ahead time.Duration, wrong string) {
	apart, way := ahead.Abs(), "behind"
	if ahead < 0 {
		way = "ahead of"
	}
	says := fmt.Sprintf("this machine's clock is %s %s %s: %s", ago(apart), way, whose, wrong)
	next := "have both follow a time server (timedatectl on each); set right the one that is wrong before anything else is recorded"
	switch {
	case apart >= apartWrong:
		e.fail("clock", says, next)
	case apart >= apartSaid:
		e.warn("clock", says, next)
	default:
		e.ok("clock", "it agrees with %s", whose)
	}
}

// engine tells of faults inside the database engine.
func (e *examination) engine(context.Context) {
	f := e.state.Engine
	switch {
	case f.Faults == 0:
		e.ok("engine", "no fault inside the engine has been noted")
	case e.now.Sub(f.LastAt) < 7*24*time.Hour:
		e.warn("engine", fmt.Sprintf("%d faults inside the engine so far, the last on %s; each build was made again", f.Faults, day(f.LastAt)), "if they go on, run `bellwether verify`, lower warehouse.threads to 1, and look for a newer version")
	default:
		e.ok("engine", "%d faults inside the engine so far, none within a week", f.Faults)
	}
}

// priority: runs should be able to give way to people who read.
func (e *examination) priority(context.Context) {
	nice := e.Config.Runs.Nice
	if nice == 0 {
		e.ok("priority", "runs take what processor time they can get (runs.nice is 0)")
		return
	}
	if err := e.GivesWay(nice); err != nil {
		e.warn("priority", fmt.Sprintf("a run can't give way to people who read pages: %v", err),
			"allow the system call setpriority to the service (in a systemd unit SystemCallFilter=setpriority, as in deploy/systemd/bellwether.service), or set runs.nice to 0")
		return
	}
	e.ok("priority", "runs give way to people who read (nice %d)", nice)
}

// routine: verification, backup and practice, as often as their alerts ask.
func (e *examination) routine(context.Context) {
	for _, r := range []struct {
		check string
		at    time.Time
		every time.Duration
		next  string
	}{
		{"verify", e.state.Verification.At, 8 * 24 * time.Hour, "run `bellwether verify`, and put it on a timer (deploy/systemd)"},
		{"backup", e.state.Backup.At, 26 * time.Hour, "run `bellwether backup --to FOLDER`, and put it on a timer (deploy/systemd)"},
		{"restore", e.state.RestoreTest.At, 35 * 24 * time.Hour, "run `bellwether restore BACKUP --drill`, and put it on a timer (deploy/systemd)"},
	} {
		switch {
		case r.at.IsZero():
			e.warn(r.check, "never done for this instance", r.next)
		case e.now.Sub(r.at) > r.every:
			e.warn(r.check, "last done "+ago(e.now.Sub(r.at))+" ago, on "+day(r.at), r.next)
		default:
			e.ok(r.check, "last done on %s", day(r.at))
		}
	}
	if v := e.state.Verification; !v.At.IsZero() && !v.OK {
		e.fail("verify", fmt.Sprintf("the last verification found %d problems", v.Problems), "run `bellwether verify`; it says what each one is and what to do")
	}
}

// leftovers of killed runs cost room; the next run removes them.
func (e *examination) leftovers(context.Context) {
	entries, err := os.ReadDir(e.Config.Path(instance.Temp))
	if err != nil {
		e.warn("leftovers", "the folder for unfinished work can't be read: "+err.Error(), "make it: mkdir -m 700 "+e.Config.Path(instance.Temp))
		return
	}
	var old []string
	for _, f := range entries {
		if info, err := f.Info(); err == nil && strings.HasPrefix(f.Name(), "build-") && e.now.Sub(info.ModTime()) > 24*time.Hour {
			old = append(old, f.Name())
		}
	}
	if damaged, _ := os.ReadDir(e.Config.Path(instance.Snapshots, "damaged")); len(damaged) > 0 {
		e.warn("leftovers", fmt.Sprintf("%d damaged snapshots were set aside", len(damaged)), "once the cause is known, remove "+e.Config.Path(instance.Snapshots, "damaged"))
	}
	if len(old) > 0 {
		e.warn("leftovers", fmt.Sprintf("%d unfinished builds of killed runs lie in %s", len(old), filepath.Base(instance.Temp)), "the next `bellwether run` that publishes removes them")
		return
	}
	e.ok("leftovers", "nothing unfinished lies about")
}
