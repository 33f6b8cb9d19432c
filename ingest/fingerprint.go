package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// contracts names the contracts of a source and their versions, to be kept with each load: "complaint 2".
func (l *Loader) contracts(s *Source) string {
	names := make([]string, 0, len(s.Tables))
	for _, t := range s.Tables {
		names = append(names, fmt.Sprintf("%s %d", t, l.cfg.Tables[t].Version))
	}
	return strings.Join(names, ", ")
}

// reading is the fingerprint of everything that decides how a source's files are read: the program's version, the contracts and
// the mapping. A file that was rejected under one reading is worth trying under another.
func (l *Loader) reading(s *Source) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00", l.cfg.Version)
	for _, t := range s.Tables {
		fmt.Fprintf(h, "%s %s\x00", t, l.cfg.Tables[t].Hash)
	}
	if m := l.cfg.Mappings[s.Name]; m != nil {
		fmt.Fprintf(h, "%s\x00", m.Hash)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
