package config

import (
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

// Snapshots says where published snapshots are shared with other machines; they stay on this one while Share is empty.
type Snapshots struct {
	Share string        `yaml:"share"` // a folder outside the instance, or s3://bucket/prefix
	Every time.Duration `yaml:"every"`
	S3    S3            `yaml:"s3"`
}

// S3 is how the bucket is reached.
type S3 struct {
	Endpoint string `yaml:"endpoint"`
	Region   string `yaml:"region"`
	AccessID string `yaml:"access_id"`
	// SecretKeyFile is a file under secrets/.
	SecretKeyFile string `yaml:"secret_key_file"`
}

// Bucket splits the name of a bucket and the prefix of what is kept in it; is is false for a folder.
func (s Snapshots) Bucket() (name, prefix string, is bool) {
	rest, is := strings.CutPrefix(s.Share, "s3://")
	if !is {
		return "", "", false
	}
	name, prefix, _ = strings.Cut(rest, "/")
	return name, strings.Trim(prefix, "/"), true
}

// check says what is wrong and in which field, nothing if all is well.
func (s Snapshots) check() (field, why string) {
	bucket, _, inBucket := s.Bucket()
	switch {
	case s.Share != "" && s.Every < time.Second:
		return "every", "must be at least 1s"
	case s.Share == "" && s.S3 != (S3{}):
		return "share", "is needed with s3: name the bucket as s3://bucket/prefix"
	case s.Share == "":
		return "", ""
	case !inBucket && !filepath.IsAbs(s.Share):
		return "share", "must be a whole path of a folder that every machine sees, such as /mnt/bellwether, or s3://bucket/prefix"
	case !inBucket:
		return "", ""
	case bucket == "" || strings.ContainsAny(bucket, "?#@: "):
		return "share", "must name a bucket, as s3://bucket/prefix"
	}
	u, err := url.Parse(s.S3.Endpoint)
	switch {
	case err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" ||
		u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost"):
		return "s3.endpoint", "must be an https address without a path, such as https://s3.eu-west-2.amazonaws.com"
	case s.S3.AccessID == "":
		return "s3.access_id", "is missing: the name of the key that may read and write the bucket"
	case s.S3.SecretKeyFile == "" || strings.ContainsAny(s.S3.SecretKeyFile, `/\`) || s.S3.SecretKeyFile == "..":
		return "s3.secret_key_file", "names a file in the folder secrets, without a path"
	}
	return "", ""
}
