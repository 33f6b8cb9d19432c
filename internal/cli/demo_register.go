package cli

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bellwether/ingest/cqcapi"
	"bellwether/ingest/cqcapi/apiserver"
	"bellwether/internal/instance"
	sampledata "bellwether/sample-data"
)

const countyRegister = "larkshire/inbox/cqc_api"

// delivered is what the county's register said anew on one day.
type delivered struct {
	day    time.Time
	bodies []map[string]any
}

// playRegister reads the county's register as an instance with a subscription key would: through the client for CQC's API, from a server
// that plays it on this machine, with a first load and then a fetch of changes for each day on which something changed. What an earlier
// call has fetched is not fetched again. It gives the number of fetches.
func playRegister(ctx context.Context, dir string) (fetches int, err error) {
	inbox := filepath.Join(dir, instance.Inbox, "cqc_api")
	if old, err := filepath.Glob(filepath.Join(inbox, "*", "*.tar.gz")); err != nil || len(old) > 0 {
		return 0, err // a demonstration of an earlier version, which has the register as files
	}
	days, err := registerDays(sampledata.Larkshire)
	if err != nil {
		return 0, err
	}
	api := apiserver.New()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("play the CQC API on this machine: %w", err)
	}
	web := &http.Server{Handler: api, ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	defer func() {
		closed := web.Close()
		if gone := <-served; !errors.Is(gone, http.ErrServerClosed) {
			err = errors.Join(err, gone)
		}
		err = errors.Join(err, closed)
	}()
	now := days[0].day
	job := cqcapi.Job{Inbox: inbox, Dir: filepath.Join(inbox, ".fetch"), FullEvery: 100 * 365 * 24 * time.Hour, // each day says what changed; all else is as it was
		Config: cqcapi.Config{Base: "http://" + listener.Addr().String() + "/public/v1", Key: apiserver.Key, PerSecond: 1e6, Now: func() time.Time { return now }}}
	had, err := job.Watermark()
	if err != nil {
		return 0, err
	}
	for _, d := range days {
		job.Areas = merged(job.Areas, putBodies(api, d))
		if now = d.day.Add(6 * time.Hour); !now.After(had) {
			continue
		}
		if _, err := job.Run(ctx); err != nil {
			return fetches, fmt.Errorf("fetch the county's register as of %s: %w", d.day.Format(time.DateOnly), err)
		}
		fetches++
	}
	return fetches, nil
}

// putBodies puts a day's bodies into the API, in the small hours, and gives the areas of its locations.
func putBodies(api *apiserver.Server, d delivered) (areas []string) {
	for _, b := range d.bodies {
		if id, ok := b["locationId"].(string); ok {
			api.Put("location", id, b, d.day.Add(3*time.Hour))
			if area, ok := b["localAuthority"].(string); ok {
				areas = append(areas, area)
			}
		} else if id, ok := b["providerId"].(string); ok {
			api.Put("provider", id, b, d.day.Add(3*time.Hour))
		}
	}
	return areas
}

func merged(list, more []string) []string {
	list = append(list, more...)
	slices.Sort(list)
	return slices.Compact(list)
}

// registerDays reads the register's deliveries, in order.
func registerDays(county fs.FS) (out []delivered, err error) {
	files, err := fs.Glob(county, countyRegister+"/received=*/*.tar.gz")
	if err != nil {
		return nil, fmt.Errorf("look for the county's register: %w", err)
	}
	if len(files) == 0 {
		return nil, errors.New("the county has no register")
	}
	slices.Sort(files)
	for _, f := range files {
		day, err := time.Parse(time.DateOnly, strings.TrimPrefix(path.Base(path.Dir(f)), "received="))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		bodies, err := archived(county, f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		out = append(out, delivered{day, bodies})
	}
	return out, nil
}

// archived reads the bodies of an archive.
func archived(county fs.FS, file string) (out []map[string]any, err error) {
	f, err := county.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	entries := tar.NewReader(packed)
	for {
		_, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		body := map[string]any{}
		d := json.NewDecoder(entries)
		d.UseNumber() // ids and coordinates keep their digits
		if err := d.Decode(&body); err != nil {
			return nil, err
		}
		out = append(out, body)
	}
}

func fetchesOf(n int) string {
	if n == 1 {
		return "1 fetch"
	}
	return fmt.Sprintf("%d fetches", n)
}
