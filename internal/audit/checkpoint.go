package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Checkpoint says that the log had Seq entries, the last with Hash.
type Checkpoint struct {
	Seq  uint64    `json:"seq"`
	Hash string    `json:"hash"`
	At   time.Time `json:"at"`
	Key  string    `json:"key"`
	Sig  string    `json:"sig"`
}

// String gives a checkpoint in the short form that fits on a printed page and
// that ParseMark reads.
func (c Checkpoint) String() string { return fmt.Sprintf("%d:%s", c.Seq, c.Hash) }

// ParseMark reads the short form of a checkpoint. It carries no signature: it
// is trusted because of where it was kept.
func ParseMark(text string) (Checkpoint, error) {
	number, hash, _ := strings.Cut(strings.TrimSpace(text), ":")
	seq, err := strconv.ParseUint(number, 10, 64)
	if err != nil || len(hash) != hashLength || strings.Trim(hash, "0123456789abcdef") != "" {
		return Checkpoint{}, errors.New("audit: a mark is a number, a colon and 64 hexadecimal digits")
	}
	return Checkpoint{Seq: seq, Hash: hash}, nil
}

// message is what is signed. It opens with its purpose, so that a signature
// cannot be carried over from anything else signed by the same key.
func (c Checkpoint) message() []byte {
	return fmt.Appendf(nil, "bellwether audit checkpoint 1\n%d\n%s\n%s\n%s\n", c.Seq, c.Hash, c.At.UTC().Format(timeLayout), c.Key)
}

func sign(key ed25519.PrivateKey, seq uint64, hash string, at time.Time) Checkpoint {
	c := Checkpoint{Seq: seq, Hash: hash, At: at.UTC().Truncate(time.Microsecond), Key: keyID(key.Public().(ed25519.PublicKey))}
	c.Sig = base64.StdEncoding.EncodeToString(ed25519.Sign(key, c.message()))
	return c
}

// signedBy says whether one of the keys signed the checkpoint.
func (c Checkpoint) signedBy(keys []ed25519.PublicKey) bool {
	sig, err := base64.StdEncoding.DecodeString(c.Sig)
	if err != nil {
		return false
	}
	for _, key := range keys {
		if c.Key == keyID(key) && ed25519.Verify(key, c.message(), sig) {
			return true
		}
	}
	return false
}

// appendCheckpoint adds a checkpoint to its file and waits for the disk.
func appendCheckpoint(path string, c Checkpoint) error {
	line, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, statErr := os.Stat(path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("audit: cannot write a checkpoint: %w", err)
	}
	_, err = f.Write(append(line, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("audit: cannot write a checkpoint: %w", err)
	}
	if errors.Is(statErr, os.ErrNotExist) {
		return syncDir(filepath.Dir(path))
	}
	return nil
}

// readCheckpoints reads a file of checkpoints, none if it does not exist. A
// last line without its end was being written when the power went; any other
// line that cannot be read is returned as damaged.
func readCheckpoints(path string) (points []Checkpoint, damaged int, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("audit: cannot read the checkpoints: %w", err)
	}
	if end := bytes.LastIndexByte(text, '\n'); end < len(text)-1 {
		text = text[:end+1]
	}
	for line := range bytes.Lines(text) {
		var c Checkpoint
		if err := json.Unmarshal(line, &c); err != nil || len(c.Hash) != hashLength {
			damaged++
			continue
		}
		points = append(points, c)
	}
	return points, damaged, nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
