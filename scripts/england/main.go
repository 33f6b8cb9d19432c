// Command england measures an instance of England's size, or a part of it: it makes the fictional country of sample-data/england, runs the
// built program over it as its own processes, and prints a table of times and peak memory beside what is aimed at for scale 1.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"bellwether/sample-data/england"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "england:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	f := flag.NewFlagSet("england", flag.ContinueOnError)
	scale := f.Float64("scale", 0.01, "1 is England")
	dir := f.String("dir", "", "the folder to work in; a temporary one, removed at the end, if left out")
	bin := f.String("bin", filepath.Join("bin", "bellwether"), "the program to measure")
	only := f.Bool("files", false, "make the files of ten years in DIR/inbox and measure nothing")
	serve := f.Bool("serving", false, "measure pages and scrapes alone, over an instance that --dir already holds and one more day of files")
	seed := f.Uint64("seed", 20261003, "the seed of the country")
	lasts := f.Duration("for", 0, "ask for pages beside a run for so long, and break the run off then; as long as the run takes if left out")
	memory := f.Int("memory", 0, "warehouse.memory_mib; the program's default if left out")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		tmp, err := os.MkdirTemp("", "england-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		*dir = tmp
	}
	opt := england.Options{Scale: *scale, Seed: *seed, Inbox: filepath.Join(*dir, "inbox")}
	if *only {
		n, err := england.Write(opt)
		fmt.Printf("%+v\n", n)
		return err
	}
	program, err := filepath.Abs(*bin)
	if err != nil {
		return err
	}
	b := &bench{opt: opt, dir: *dir, bin: program, memory: *memory, lasts: *lasts, out: os.Stdout}
	if *serve {
		if err := b.serving(); err != nil {
			return err
		}
		b.print()
		return nil
	}
	return b.run()
}
