package share

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"bellwether/internal/config"
	"bellwether/internal/netidle"
)

// bucket is a place in an S3-compatible object store.
type bucket struct {
	client       *minio.Client
	putting      *minio.Client // asks once: see put
	name, prefix string
	endpoint     string
	patience     patience
	clock        *serverClock
}

// retries is how often the client asks again by itself; whoever calls comes by again soon anyway.
const retries = 2

func newBucket(name, prefix string, set config.S3, secret string, p patience) (*bucket, error) {
	u, err := url.Parse(set.Endpoint)
	if err != nil {
		return nil, err
	}
	if prefix != "" {
		prefix += "/"
	}
	transport, err := minio.DefaultTransport(u.Scheme == "https")
	if err != nil {
		return nil, err
	}
	transport.DialContext = netidle.New(p.silence).Dialer(transport.DialContext)
	clock := &serverClock{next: transport}
	asking := func(times int) (*minio.Client, error) {
		return minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(set.AccessID, secret, ""), Secure: u.Scheme == "https",
			Region: set.Region, Transport: clock, MaxRetries: times})
	}
	client, err := asking(retries)
	if err != nil {
		return nil, fmt.Errorf("the bucket of snapshots can't be used: %w", err)
	}
	putting, err := asking(1)
	if err != nil {
		return nil, fmt.Errorf("the bucket of snapshots can't be used: %w", err)
	}
	return &bucket{client: client, putting: putting, name: name, prefix: prefix, endpoint: u.Host, patience: p, clock: clock}, nil
}

func (b *bucket) String() string {
	return "s3://" + b.name + "/" + strings.TrimSuffix(b.prefix, "/") + " at " + b.endpoint
}

func (b *bucket) list(ctx context.Context, prefix string) ([]string, error) {
	ctx, cancel := b.patience.exchange(ctx, 0) // ends the listing's own work whenever this returns, too
	defer cancel()
	var names []string
	for o := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, because(ctx, o.Err)
		}
		names = append(names, strings.TrimPrefix(o.Key, b.prefix))
	}
	slices.Sort(names)
	return names, nil
}

func (b *bucket) get(ctx context.Context, name string, size int64) (io.ReadCloser, error) {
	ctx, end := b.patience.exchange(ctx, size)
	o, err := b.client.GetObject(ctx, b.name, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		end()
		return nil, err
	}
	if _, err := o.Stat(); err != nil { // the request is made only now
		if minio.ToErrorResponse(err).Code == "NoSuchKey" {
			err = errMissing
		}
		err = errors.Join(because(ctx, err), o.Close())
		end()
		return nil, err
	}
	return reader{o, ctx, end}, nil
}

// put gives each attempt a reader of its own: after a line broke, what was sending may go on reading for a moment, and from a reader in common
// the next attempt would send other bytes than it was given.
func (b *bucket) put(ctx context.Context, name string, body io.ReaderAt, size int64) (err error) {
	ctx, end := b.patience.exchange(ctx, size)
	defer end()
	for range retries {
		_, err = b.putting.PutObject(ctx, b.name, b.prefix+name, io.NewSectionReader(body, 0, size), size, minio.PutObjectOptions{ContentType: "application/octet-stream"})
		if code := minio.ToErrorResponse(err).StatusCode; err == nil || ctx.Err() != nil || code >= 400 && code < 500 {
			break // done, given up, or refused
		}
	}
	return because(ctx, err)
}

func (b *bucket) remove(ctx context.Context, name string) error {
	ctx, end := b.patience.exchange(ctx, 0)
	defer end()
	return b.client.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{})
}

// tidy aborts the uploads of snapshots that were begun before a moment. Those of anything else under the prefix are somebody else's.
func (b *bucket) tidy(ctx context.Context, before time.Time) (n int, err error) {
	ctx, end := b.patience.exchange(ctx, 0)
	defer end()
	var old []minio.ObjectMultipartInfo
	for u := range b.client.ListIncompleteUploads(ctx, b.name, b.prefix+filesPrefix, true) {
		switch {
		case minio.ToErrorResponse(u.Err).Code == "NoSuchUpload": // how some services say that there is none
		case u.Err != nil:
			err = because(ctx, u.Err)
		case snapshotName.MatchString(strings.TrimPrefix(u.Key, b.prefix)) && strings.HasPrefix(u.Key, b.prefix) && u.Initiated.Before(before):
			old = append(old, u)
		}
	}
	for _, u := range old {
		gone := minio.Core{Client: b.client}.AbortMultipartUpload(ctx, b.name, u.Key, u.UploadID)
		if gone != nil && minio.ToErrorResponse(gone).Code != "NoSuchUpload" {
			return n, because(ctx, gone)
		}
		n++
	}
	return n, err
}

func (b *bucket) explain(doing string, err error) error {
	e := &Error{Place: b.String(), Doing: doing, Problem: Unreachable, Err: err, Next: "check snapshots.s3.endpoint and the network"}
	answer := minio.ToErrorResponse(err)
	switch answer.Code {
	case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AllAccessDisabled", "AccountProblem":
		e.Problem, e.Next = Refused, "check snapshots.s3.access_id, the secret key's file, and what the key may do"
	case "RequestTimeTooSkewed", "RequestExpired":
		e.Problem, e.Next = Refused, "set this machine's clock right (timedatectl): what is signed at another time than the service's is refused"
	case "NoSuchBucket", "InvalidBucketName", "PermanentRedirect", "AuthorizationHeaderMalformed":
		e.Problem, e.Next = Refused, "check the bucket's name in snapshots.share and snapshots.s3.region"
	default:
		if answer.StatusCode == http.StatusForbidden || answer.StatusCode == http.StatusUnauthorized {
			e.Problem, e.Next = Refused, "check the key and what it may do"
		}
	}
	var over *url.Error
	if errors.As(err, &over) {
		e.Err = over.Err // the address says no more than the place's name
	}
	if answer.Code != "" {
		e.Err = errors.New(answer.Code) // the service's own words may hold what it was sent
	}
	return e
}
