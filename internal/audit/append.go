package audit

import (
	"errors"
	"fmt"
	"os"
)

// Append records one request. When it returns without an error the entry is on
// the disk. When it returns with one, nothing may be shown: a read that leaves
// no trace must not happen.
func (l *Log) Append(r Record) error {
	seq, err := l.add(r)
	if err != nil {
		return err
	}
	if err := l.sync(seq); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seq-l.tried >= uint64(l.o.Every) || l.o.Now().Sub(l.pointedAt) >= l.o.Interval {
		// A checkpoint that cannot be written does not stop the work: the entry
		// itself is safe, and Status tells the alerts.
		_ = l.checkpoint()
	}
	return nil
}

// add writes an entry in its place in the chain.
func (l *Log) add(r Record) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead != nil {
		return 0, l.dead
	}
	if err := lock(l.file); err != nil {
		return 0, fmt.Errorf("audit: cannot lock the log: %w", err)
	}
	defer func() { _ = unlock(l.file) }()
	if err := l.inPlace(); err != nil {
		l.dead = err
		return 0, err
	}
	torn, err := l.catchUp()
	if err != nil {
		l.dead = err
		return 0, err
	}
	if len(torn) > 0 { // another process died while it was writing
		if err := l.repair(torn); err != nil {
			return 0, err
		}
	}
	return l.write(r)
}

// inPlace makes sure that the open file is still the one under the log's name:
// entries written to a file that was moved away would be lost to every reader.
func (l *Log) inPlace() error {
	named, err := os.Stat(l.path)
	if err != nil {
		return fmt.Errorf("audit: the log is gone: %w: restore it, then restart the service", err)
	}
	held, err := l.file.Stat()
	if err != nil {
		return fmt.Errorf("audit: cannot read the log: %w", err)
	}
	if !os.SameFile(named, held) {
		return fmt.Errorf("audit: %s was replaced while it was open: run audit verify, then restart the service", l.path)
	}
	return nil
}

// sync waits until entry seq is on the disk. While one caller waits for the
// disk others write, and the next wait covers all of them.
func (l *Log) sync(seq uint64) error {
	l.syncMu.Lock()
	defer l.syncMu.Unlock()
	if l.synced >= seq {
		return nil
	}
	l.mu.Lock()
	covers, dead := l.seq, l.dead
	l.mu.Unlock()
	if dead != nil {
		return dead
	}
	if err := l.file.Sync(); err != nil {
		// After a failed sync the system may drop what it held, and a second
		// sync would report success without it: the log must be opened again.
		err = fmt.Errorf("audit: the disk did not take the log: %w: restart the service", err)
		l.mu.Lock()
		l.dead = err
		l.mu.Unlock()
		return err
	}
	l.synced = covers
	return nil
}

// Checkpoint signs how far the log has come and writes that to the checkpoint
// file, unless nothing was added since the last time.
func (l *Log) Checkpoint() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead != nil {
		return l.dead
	}
	return l.checkpoint()
}

// checkpoint writes a checkpoint of the present end. l.mu must be held.
func (l *Log) checkpoint() error {
	l.tried, l.pointedAt = l.seq, l.o.Now()
	if l.seq == l.pointed {
		return nil
	}
	// Others may have written since the last wait for the disk. A checkpoint
	// must never run ahead of what a power cut leaves of the log.
	if err := l.file.Sync(); err != nil {
		l.dead = fmt.Errorf("audit: the disk did not take the log: %w: restart the service", err)
		return l.dead
	}
	l.pointErr = appendCheckpoint(l.o.Checkpoints, sign(l.o.Key, l.seq, l.hash, l.o.Now()))
	if l.pointErr == nil {
		l.pointed = l.seq
	}
	return l.pointErr
}

// Status describes the log.
func (l *Log) Status() Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Status{Entries: l.seq, LastAt: l.at, Unsigned: l.seq - l.pointed, CheckpointError: l.pointErr, Failed: l.dead}
}

// Close writes a last checkpoint and closes the log. It may be called twice.
func (l *Log) Close() error {
	err := l.Checkpoint()
	if errors.Is(err, ErrClosed) {
		return nil
	}
	l.syncMu.Lock()
	defer l.syncMu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead = ErrClosed
	return errors.Join(err, l.file.Close())
}
