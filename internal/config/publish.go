package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// Publish says where else a published snapshot goes, for the council's own engines.
type Publish struct {
	Parquet  Parquet  `yaml:"parquet"`
	DuckLake DuckLake `yaml:"ducklake"`
}

// Parquet is the folder that the marts are published in; nothing is while none is named.
type Parquet struct {
	Folder string `yaml:"folder"`
	Keep   int    `yaml:"keep"`
}

// DuckLake is the lake that the marts are published into; nothing is while no catalogue is named.
type DuckLake struct {
	// Catalogue is the PostgreSQL database that holds the lake's catalogue, as postgres://user@server/database.
	Catalogue string `yaml:"catalogue"`
	// PasswordFile is a file under secrets/.
	PasswordFile string `yaml:"password_file"`
	// Data is where the lake's Parquet lies: a folder, or s3://BUCKET/PREFIX.
	Data string `yaml:"data"`
	// KeepDays is for how long what was published before can be read.
	KeepDays int `yaml:"keep_days"`
	S3       S3  `yaml:"s3"` // how the bucket is reached, where the data lies in one
	// PathStyle says that the bucket's name stands in the path of an address and not in the host.
	PathStyle bool `yaml:"path_style"`
}

// check says what is wrong and in which field, nothing if all is well.
func (d DuckLake) check() (field, why string) {
	if d.Catalogue == "" {
		return "", ""
	}
	u, err := url.Parse(d.Catalogue)
	_, bucket := strings.CutPrefix(d.Data, "s3://")
	s3, errS3 := url.Parse(d.S3.Endpoint)
	local := errS3 == nil && (s3.Hostname() == "127.0.0.1" || s3.Hostname() == "localhost")
	password := false
	if err == nil && u.User != nil {
		_, password = u.User.Password()
	}
	switch {
	case err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || strings.Trim(u.Path, "/") == "":
		return "catalogue", "must be the address of a PostgreSQL database, such as postgres://bellwether@db.council.example/lake"
	case password:
		return "catalogue", "must not hold the password: put it into a file in the folder secrets and name that in password_file"
	case named(d.PasswordFile) != "":
		return "password_file", named(d.PasswordFile)
	case !bucket && !filepath.IsAbs(d.Data):
		return "data", "must be a folder's whole path that every reader has, such as /srv/lake, or s3://BUCKET/PREFIX"
	case d.KeepDays < 1:
		return "keep_days", "must be at least 1: whoever began to read must be able to finish"
	case bucket && d.S3.Endpoint != "" && (errS3 != nil || s3.Host == "" || s3.Scheme != "https" && (s3.Scheme != "http" || !local)):
		return "s3.endpoint", "must be the https address of an S3-compatible server, or an http one on this machine"
	case named(d.S3.SecretKeyFile) != "":
		return "s3.secret_key_file", named(d.S3.SecretKeyFile)
	case bucket && (d.S3.AccessID == "") != (d.S3.SecretKeyFile == ""):
		return "s3.access_id", "and s3.secret_key_file belong together"
	}
	return "", ""
}

// named says what is wrong with the name of a file in the folder secrets.
func named(file string) string {
	if strings.ContainsAny(file, `/\`) || file == ".." {
		return "names a file in the folder secrets, without a path"
	}
	return ""
}

// leastPublications are kept at the least: the one in force, and the one before it for whoever is still reading it.
const leastPublications = 2

// check says what is wrong and in which field, nothing if all is well.
func (p Publish) check() (field, why string) {
	if p.Parquet.Folder != "" && !filepath.IsAbs(p.Parquet.Folder) {
		return "parquet.folder", "must be a whole path outside the instance folder, for example /srv/marts: other programs read it"
	}
	if p.Parquet.Keep < leastPublications {
		return "parquet.keep", fmt.Sprintf("must be at least %d: whoever began to read the publication before the newest must be able to finish", leastPublications)
	}
	if field, why := p.DuckLake.check(); why != "" {
		return "ducklake." + field, why
	}
	return "", ""
}
