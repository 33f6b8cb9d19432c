package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/lake"
)

type publishCmd struct {
	Parquet  publishParquetCmd  `cmd:"" help:"Publish the marts as Parquet, with a manifest of hashes."`
	DuckLake publishDuckLakeCmd `cmd:"" name:"ducklake" help:"Publish the marts into the configured DuckLake."`
	Verify   publishVerifyCmd   `cmd:"" help:"Read a publication back and hold it against its manifest."`
}

type publishParquetCmd struct {
	To       string `help:"The folder to publish in, instead of publish.parquet.folder." type:"path" placeholder:"FOLDER"`
	Snapshot string `help:"An older snapshot's id."`
}

// Help gives an example.
func (publishParquetCmd) Help() string {
	return "Writes what the snapshot in force says of the market to a folder that other programs read: counts by service and week, the register, and what the signals say, as Parquet parted by council and year. " +
		lake.Audience + "\n\nWith publish.parquet.folder set, every run does this by itself. Readers follow the link \"current\" in the folder.\n\nExample:\n  bellwether publish parquet --to /srv/marts"
}

// Run publishes by hand.
func (c publishParquetCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	s.giveWay(cfg)
	if c.To != "" {
		cfg.Publish.Parquet.Folder = c.To
	}
	return s.publishTo(cfg, lake.EngineParquet, c.Snapshot)
}

type publishDuckLakeCmd struct {
	Snapshot string `help:"An older snapshot's id."`
	Check    bool   `help:"Publish nothing: read the lake as its readers do, and hold every table against what was published."`
}

// Help gives an example and the exit codes.
func (publishDuckLakeCmd) Help() string {
	return "Replaces the council's tables in the lake that publish.ducklake names, all in one transaction: readers meet all of the new ones or all of the old. " + lake.Audience +
		"\n\nWith publish.ducklake.catalogue set, every run does this by itself.\n\nExit codes: 0 done; 1 the catalogue or the data can't be reached, and readers have what was there before; 3 --check found a difference.\n\nExample:\n  bellwether publish ducklake --check"
}

// Run publishes by hand, or checks.
func (c publishDuckLakeCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	s.giveWay(cfg)
	if !c.Check {
		return s.publishTo(cfg, lake.EngineDuckLake, c.Snapshot)
	}
	if cfg.Publish.DuckLake.Catalogue == "" {
		return usage{errors.New("no lake is named: set publish.ducklake.catalogue and publish.ducklake.data")}
	}
	r, err := lake.CheckDuckLake(s.ctx, cfg, instance.Limits(cfg))
	if err != nil {
		return err
	}
	if len(r.Problems) > 0 {
		for _, p := range r.Problems {
			fmt.Fprintf(s.Stdout, "  - %s\n", oneLine(p))
		}
		return refusal{errors.New("the lake does not hold what was published: publish again with `bellwether publish ducklake`, and find out who else writes there")}
	}
	if s.JSON {
		return printJSON(s.Stdout, r)
	}
	_, err = fmt.Fprintf(s.Stdout, "The lake holds snapshot %s as known on %s: %d tables, %s rows, each as it was published.\n", r.About["snapshot"], r.About["as_of"], r.Tables, count(r.Rows))
	return err
}

// publishTo publishes a snapshot to one engine, under the instance's lock.
func (s *session) publishTo(cfg config.Config, engine, snapshot string) (err error) {
	lock, err := instance.Acquire(cfg.Dir, "bellwether publish", s.Now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	info, err := pick(cfg.Path(instance.Snapshots), snapshot)
	if err != nil {
		return err
	}
	courier := lake.Courier{Config: cfg, Now: s.Now, Log: s.logger(), Limits: instance.Limits(cfg)}
	d := courier.To(s.ctx, engine, info)
	if d.Err != nil {
		return d.Err
	}
	if s.JSON {
		return printJSON(s.Stdout, d)
	}
	files := ""
	if d.Files > 0 {
		files = fmt.Sprintf(", %d files, %s", d.Files, size(d.Bytes))
	}
	fmt.Fprintf(s.Stdout, "Published snapshot %s to %s: %d tables, %s rows%s, in %s.\n", d.Snapshot, d.Where, d.Tables, count(d.Rows), files, d.Took.Round(10*time.Millisecond))
	for _, old := range d.Removed {
		fmt.Fprintf(s.Stdout, "Removed the older publication %s.\n", old)
	}
	_, err = fmt.Fprintln(s.Stdout, lake.Audience)
	return err
}

// undelivered turns publications that failed into an exit code that says so; the snapshot is in force all the same.
func undelivered(all []lake.Delivery) error {
	err := lake.Undelivered(all)
	if err == nil {
		return nil
	}
	return refusal{fmt.Errorf("the snapshot is in force, but the marts did not reach every engine:\n%w\nOnce that is mended, `bellwether publish` does it by hand", err)}
}

type publishVerifyCmd struct {
	Folder string `arg:"" optional:"" help:"A publication, or a folder of them; publish.parquet.folder unless given." type:"path"`
}

// Help gives an example and the exit codes.
func (publishVerifyCmd) Help() string {
	return "Reads every file of the publication in force (or of the one that is named) and holds it against the manifest: nothing missing, nothing changed, nothing besides. Works on any machine that has the folder.\n\n" +
		"Exit codes: 0 it is whole; 3 it is not.\n\nExample:\n  bellwether publish verify /srv/marts"
}

// Run verifies one publication.
func (c publishVerifyCmd) Run(s *session) error {
	folder := c.Folder
	if folder == "" {
		cfg, err := s.config()
		if err != nil {
			return err
		}
		if folder = cfg.Publish.Parquet.Folder; folder == "" {
			return usage{errors.New("publish.parquet.folder is not set: name the folder to verify")}
		}
	}
	dir, err := lake.InForce(folder)
	if errors.Is(err, fs.ErrNotExist) {
		dir, err = folder, nil
	}
	if err != nil {
		return err
	}
	m, problems, err := lake.Verify(s.ctx, dir)
	if err != nil {
		return err
	}
	files, rows, bytes := m.Size()
	if s.JSON {
		if err := printJSON(s.Stdout, struct {
			Publication string   `json:"publication"`
			Snapshot    string   `json:"snapshot"`
			Tables      int      `json:"tables"`
			Files       int      `json:"files"`
			Rows        int64    `json:"rows"`
			Problems    []string `json:"problems"`
		}{dir, m.Snapshot, len(m.Tables), files, rows, append([]string{}, problems...)}); err != nil {
			return err
		}
	} else {
		for _, p := range problems {
			fmt.Fprintf(s.Stdout, "  - %s\n", oneLine(p))
		}
	}
	if len(problems) > 0 {
		return refusal{fmt.Errorf("the publication %s is not whole (%d problems): publish again with `bellwether publish parquet`, and find out who else writes there", dir, len(problems))}
	}
	if !s.JSON {
		fmt.Fprintf(s.Stdout, "%s is whole: snapshot %s as known on %s, %d tables, %s rows, %d files, %s.\n", dir, m.Snapshot, m.AsOf, len(m.Tables), count(rows), files, size(bytes))
	}
	return nil
}
