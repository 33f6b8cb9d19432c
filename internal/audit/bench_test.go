package audit

import (
	"bufio"
	"crypto/ed25519"
	"fmt"
	"os"
	"testing"
	"time"
)

// BenchmarkVerifyMillion verifies a log of a million entries with a checkpoint
// every 256 of them.
func BenchmarkVerifyMillion(b *testing.B) {
	const n = 1_000_000
	dir := b.TempDir()
	path, marks := dir+"/log", dir+"/marks"
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	log, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	points, err := os.Create(marks)
	if err != nil {
		b.Fatal(err)
	}
	out, signed := bufio.NewWriterSize(log, 1<<20), bufio.NewWriter(points)
	line, prev := []byte(nil), genesis
	for i := range uint64(n) {
		e := Entry{Seq: i + 1, At: start.Add(time.Duration(i) * time.Second), Monotonic: true, Record: sample(int(i)), Prev: prev}
		line = append(appendLine(line[:0], &e), '\n')
		out.Write(line)
		prev = e.Hash
		if e.Seq%256 == 0 {
			c := sign(key, e.Seq, e.Hash, e.At)
			fmt.Fprintf(signed, `{"seq":%d,"hash":%q,"at":%q,"key":%q,"sig":%q}`+"\n", c.Seq, c.Hash, c.At.Format(time.RFC3339Nano), c.Key, c.Sig)
		}
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := signed.Flush(); err != nil {
		b.Fatal(err)
	}
	log.Close()
	points.Close()
	for b.Loop() {
		r, err := Verify(path, VerifyOptions{Checkpoints: marks, Keys: []ed25519.PublicKey{key.Public().(ed25519.PublicKey)}})
		if err != nil || !r.OK() || r.Entries != n || r.Checkpoints != n/256 {
			b.Fatalf("%+v, %v", r, err)
		}
	}
}

// BenchmarkAppend records entries one after the other, each on the disk before
// the next begins.
func BenchmarkAppend(b *testing.B) {
	dir := b.TempDir()
	l, err := Open(dir+"/log", Options{Now: func() time.Time { return start }, Checkpoints: dir + "/marks",
		Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	for b.Loop() {
		if err := l.Append(sample(1)); err != nil {
			b.Fatal(err)
		}
	}
}
