package config

import (
	"fmt"
	"path/filepath"
)

// Publish says where else a published snapshot goes, for the council's own engines.
type Publish struct {
	Parquet Parquet `yaml:"parquet"`
}

// Parquet is the folder that the marts are published in; nothing is while none is named.
type Parquet struct {
	Folder string `yaml:"folder"`
	Keep   int    `yaml:"keep"`
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
	return "", ""
}
