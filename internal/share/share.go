// Package share carries published snapshots between machines: the one that runs the pipeline puts each into a place that all of them see, a
// folder or an S3-compatible bucket, and every machine takes the newest from there, holds it against its sum, and puts it in force. Whatever
// is wrong with the place, a machine goes on serving the last good snapshot that it has.
//
// Two kinds of object lie there. files/NAME.duckdb is a snapshot, never changed. publications/FENCE-NAME.json says that it is published and
// what its bytes must be; it is written last, so that nobody takes half a file. FENCE is the number of the pipeline's lease: the greatest
// name is in force, so what a machine publishes after it lost the lease is never taken, however late it arrives.
package share

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
)

// Problems, by what can be done about them.
const (
	Unreachable = "unreachable" // the place does not answer
	Refused     = "refused"     // it answers and does not let us, or what it holds is not for this version
	Damaged     = "damaged"     // what it gave is not what was published
	Local       = "local"       // this machine can't read or keep a snapshot: a full disk
)

// Error says what could not be done with the place, and what to do.
type Error struct {
	Place   string
	Doing   string
	Problem string
	Next    string
	Err     error
}

// Error gives one sentence.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s: %s (%v): %s", e.Place, e.Doing, e.Problem, e.Err, e.Next)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// errWaiting says that what failed before is not yet tried again.
var errWaiting = errors.New("it was not what was published")

// errMissing says that an object is not there.
var errMissing = errors.New("it is not there")

// place is somewhere that objects are kept under names with slashes.
type place interface {
	// list gives the names that begin with a prefix, in order.
	list(ctx context.Context, prefix string) ([]string, error)
	// get opens an object of about so many bytes; errMissing if there is none.
	get(ctx context.Context, name string, size int64) (io.ReadCloser, error)
	// put writes an object whole or not at all.
	put(ctx context.Context, name string, body io.ReaderAt, size int64) error
	// remove takes an object away; one that is missing is no error.
	remove(ctx context.Context, name string) error
	// tidy takes away what was begun before a moment and never became an object, and says how much; it touches nothing but what put begins.
	tidy(ctx context.Context, before time.Time) (int, error)
	// String names the place without a secret.
	String() string
	// explain turns an error of the place into an *Error.
	explain(doing string, err error) error
}

// openPlace gives the configured place.
func openPlace(cfg config.Config) (place, error) {
	bucket, prefix, is := cfg.Snapshots.Bucket()
	if !is {
		return folder(cfg.Snapshots.Share), nil
	}
	secret, err := instance.ReadSecret(cfg.Path(instance.Secrets, cfg.Snapshots.S3.SecretKeyFile))
	if err != nil {
		return nil, &config.Error{File: cfg.Path(config.FileName), Field: "snapshots.s3.secret_key_file", Why: err.Error()}
	}
	return newBucket(bucket, prefix, cfg.Snapshots.S3, secret, ordinary)
}

const (
	filesPrefix        = "files/"
	publicationsPrefix = "publications/"
)

// snapshotName is a snapshot's file there.
var snapshotName = regexp.MustCompile(`^files/\d{8}T\d{9}Z-[0-9a-f]{12}\.duckdb$`)

// publicationName is FENCE-SNAPSHOT.json.
var publicationName = regexp.MustCompile(`^publications/(\d{16})-(\d{8}T\d{9}Z-[0-9a-f]{12})\.json$`)

// Publication is what the place says of one snapshot.
type Publication struct {
	Snapshot    string    `json:"snapshot"` // file name
	Bytes       int64     `json:"bytes"`
	SHA256      string    `json:"sha256"`
	PublishedAt time.Time `json:"published_at"`
	By          string    `json:"by"`
	Fence       int64     `json:"fence"`
}

func keyOf(fence int64, stem string) string {
	return fmt.Sprintf("%s%016d-%s.json", publicationsPrefix, fence, stem)
}

// fenceOf and stemOf read a publication's name, which list has checked.
func fenceOf(key string) int64 {
	n, _ := strconv.ParseInt(publicationName.FindStringSubmatch(key)[1], 10, 64)
	return n
}

func stemOf(key string) string { return publicationName.FindStringSubmatch(key)[2] }
