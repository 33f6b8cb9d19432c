package backup

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// SumsFile lists the sum of every other file of a backup, in the format of sha256sum.
const SumsFile = "SHA256SUMS"

// sums are SHA-256 in hexadecimal by path, with forward slashes.
type sums map[string]string

func (s sums) paths() []string {
	out := make([]string, 0, len(s))
	for p := range s {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func (s sums) encode() []byte {
	var b bytes.Buffer
	for _, p := range s.paths() {
		fmt.Fprintf(&b, "%s  %s\n", s[p], p)
	}
	return b.Bytes()
}

// readSums refuses a list that names anything outside the backup: a backup may have passed through other hands.
func readSums(dir string) (sums, error) {
	path := filepath.Join(dir, SumsFile)
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not a finished backup: it has no %s. Choose a folder that `bellwether backup` made", dir, SumsFile)
	}
	if err != nil {
		return nil, fmt.Errorf("read the backup: %w", err)
	}
	out := sums{}
	lines := bufio.NewScanner(bytes.NewReader(src))
	for n := 1; lines.Scan(); n++ {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		raw, err := hex.DecodeString(sum)
		if !ok || err != nil || len(raw) != 32 || !filepath.IsLocal(filepath.FromSlash(name)) || name == SumsFile || out[name] != "" {
			return nil, fmt.Errorf("%s, line %d: not a sum and a path inside the backup: the backup was altered; use another", path, n)
		}
		out[name] = sum
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the backup: %w", err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s is empty: the backup was altered; use another", path)
	}
	return out, nil
}
