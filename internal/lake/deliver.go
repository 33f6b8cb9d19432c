package lake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/opstate"
	"bellwether/internal/warehouse"
)

// What a snapshot can be published to: Parquet files for whatever engine reads them, and a DuckLake.
const (
	EngineParquet  = "parquet"
	EngineDuckLake = "ducklake"
)

// Engines lists what a snapshot can be published to.
func Engines() []string { return []string{EngineParquet, EngineDuckLake} }

// Delivery is what became of one publication.
type Delivery struct {
	Engine   string        `json:"engine"`
	Snapshot string        `json:"snapshot"`
	Where    string        `json:"where,omitempty"`
	Tables   int           `json:"tables"`
	Rows     int64         `json:"rows"`
	Files    int           `json:"files"`
	Bytes    int64         `json:"bytes"`
	Removed  []string      `json:"removed,omitempty"`
	Took     time.Duration `json:"-"`
	Err      error         `json:"-"`
}

// Courier publishes snapshots to the council's own engines and remembers what became of it.
type Courier struct {
	Config config.Config
	Limits warehouse.Limits
	Now    func() time.Time
	Log    *slog.Logger
	Say    func(string) // told of each publication as it begins; may be nil
}

// Configured lists the engines that the configuration names.
func (c Courier) Configured() []string {
	var out []string
	if c.Config.Publish.Parquet.Folder != "" {
		out = append(out, EngineParquet)
	}
	if c.Config.Publish.DuckLake.Catalogue != "" {
		out = append(out, EngineDuckLake)
	}
	return out
}

// All publishes a snapshot to every engine that is configured. What fails is counted and reported and changes nothing else: the snapshot is
// in force, and the engine's readers keep what they had. The caller holds the instance's lock.
func (c Courier) All(ctx context.Context, snap warehouse.SnapshotInfo) []Delivery {
	var out []Delivery
	for _, engine := range c.Configured() {
		out = append(out, c.To(ctx, engine, snap))
	}
	return out
}

// To publishes a snapshot to one engine. The caller holds the instance's lock.
func (c Courier) To(ctx context.Context, engine string, snap warehouse.SnapshotInfo) Delivery {
	d, began := Delivery{Engine: engine, Snapshot: snap.ID}, c.Now()
	switch engine {
	case EngineParquet:
		c.say("publishing the marts as Parquet")
		d.Err = c.parquet(ctx, snap, &d)
	case EngineDuckLake:
		c.say("publishing the marts into the lake")
		d.Err = c.duckLake(ctx, snap, &d)
	default:
		d.Err = fmt.Errorf("there is no engine %q", engine)
	}
	d.Took = c.Now().Sub(began)
	var noted error
	if d.Err == nil {
		c.Log.Info("the marts were published", "engine", engine, "snapshot", snap.ID, "rows", d.Rows, "files", d.Files, "seconds", d.Took.Seconds())
		noted = opstate.Delivered(c.Config.Dir, engine, snap.ID, c.Now(), d.Took)
	} else if ctx.Err() == nil {
		c.Log.Error("the marts were not published", "engine", engine, "snapshot", snap.ID, "error", d.Err.Error())
		noted = opstate.DeliveryFailed(c.Config.Dir, engine, c.Now())
	}
	if noted != nil {
		c.Log.Warn("what became of the publication could not be recorded", "engine", engine, "error", noted.Error())
	}
	return d
}

func (c Courier) parquet(ctx context.Context, snap warehouse.SnapshotInfo, d *Delivery) error {
	set := c.Config.Publish.Parquet
	if set.Folder == "" {
		return errors.New("no folder is named to publish in: set publish.parquet.folder, or add --to FOLDER")
	}
	pub, err := Parquet(ctx, Options{Snapshot: snap, Limits: c.Limits, Instance: c.Config.Dir, Folder: set.Folder, Keep: set.Keep})
	if err != nil {
		return err
	}
	d.Where, d.Removed, d.Tables = pub.Path, pub.Removed, len(pub.Manifest.Tables)
	d.Files, d.Rows, d.Bytes = pub.Manifest.Size()
	return nil
}

func (c Courier) duckLake(ctx context.Context, snap warehouse.SnapshotInfo, d *Delivery) (err error) {
	if c.Config.Publish.DuckLake.Catalogue == "" {
		return errors.New("no lake is named to publish into: set publish.ducklake.catalogue and publish.ducklake.data")
	}
	*d, err = DuckLake(ctx, c.Config, c.Limits, snap, c.Now())
	return err
}

func (c Courier) say(what string) {
	if c.Say != nil {
		c.Say(what)
	}
}

// Undelivered joins what failed into one error, nil if nothing did.
func Undelivered(all []Delivery) error {
	var err error
	for _, d := range all {
		if d.Err != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", d.Engine, d.Err))
		}
	}
	return err
}
