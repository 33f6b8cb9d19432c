package lake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ManifestFile lies in each publication and names every other file of it.
const ManifestFile = "manifest.json"

// manifestFormat is the version of the manifest's layout; a reader refuses any other.
const manifestFormat = 1

// Audience says, in each manifest and each file, for whom a publication is.
const Audience = "For the council's own engines. Counts are as they are, without disclosure control: what leaves for somebody else goes through `bellwether release`."

// Manifest says what a publication holds and which snapshot it was made from.
type Manifest struct {
	Format      int          `json:"format"`
	Snapshot    string       `json:"snapshot"`
	ContentHash string       `json:"content_hash"` // of the whole snapshot
	AsOf        string       `json:"as_of"`
	Council     string       `json:"council"`
	Marking     string       `json:"marking"`
	RuleSet     string       `json:"rule_set"`
	RuleSetHash string       `json:"rule_set_hash"`
	CodeVersion string       `json:"code_version"`
	Audience    string       `json:"audience"`
	Tables      []TableParts `json:"tables"`
	Held        []HeldBack   `json:"held_back"` // what stays behind, and why
}

// TableParts is one published table.
type TableParts struct {
	Name       string   `json:"name"`       // schema.table of the snapshot
	Folder     string   `json:"folder"`     // below it lie the parts
	Partitions []string `json:"partitions"` // columns that stand in the names of folders, outermost first
	Columns    []Column `json:"columns"`    // columns that stand in the files
	Rows       int64    `json:"rows"`
	Files      []File   `json:"files"`
}

// Column is a published column with its type in the snapshot.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// File is one Parquet file.
type File struct {
	Path   string `json:"path"` // from the publication's folder, with slashes
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// HeldBack is a table, or a column of a published table, that stays behind.
type HeldBack struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Size counts the rows and bytes of all files.
func (m Manifest) Size() (files int, rows, bytes int64) {
	for _, t := range m.Tables {
		for _, f := range t.Files {
			files, rows, bytes = files+1, rows+f.Rows, bytes+f.Bytes
		}
	}
	return files, rows, bytes
}

// ReadManifest reads a publication's manifest.
func ReadManifest(dir string) (Manifest, error) {
	path := filepath.Join(dir, ManifestFile)
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, fmt.Errorf("%s is no publication: it has no %s; name the folder that publish.parquet.folder does, or a publication in it", dir, ManifestFile)
	}
	if err != nil {
		return Manifest{}, err
	}
	var m Manifest
	if err := json.Unmarshal(src, &m); err != nil {
		return m, fmt.Errorf("%s is damaged (%w): publish again with `bellwether publish parquet`", path, err)
	}
	if m.Format != manifestFormat {
		return m, fmt.Errorf("%s has format %d, this version of Bellwether reads format %d", path, m.Format, manifestFormat)
	}
	return m, nil
}

// Verify reads every file of a publication back and holds it against its manifest. It gives what is wrong, one line a file: missing,
// changed, or lying there unnamed.
func Verify(ctx context.Context, dir string) (m Manifest, problems []string, err error) {
	if m, err = ReadManifest(dir); err != nil {
		return m, nil, err
	}
	named := map[string]bool{ManifestFile: true}
	for _, t := range m.Tables {
		for _, f := range t.Files {
			if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
				return m, nil, fmt.Errorf("%s names %q, which lies outside the publication", filepath.Join(dir, ManifestFile), f.Path)
			}
			named[f.Path] = true
			sum, n, err := sumFile(ctx, filepath.Join(dir, filepath.FromSlash(f.Path)))
			switch {
			case errors.Is(err, fs.ErrNotExist):
				problems = append(problems, f.Path+" is missing")
			case err != nil:
				return m, problems, err
			case n != f.Bytes || sum != f.SHA256:
				problems = append(problems, fmt.Sprintf("%s was changed: its hash is %.12s and the manifest says %.12s", f.Path, sum, f.SHA256))
			}
		}
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if name := filepath.ToSlash(rel); err == nil && !named[name] {
			problems = append(problems, name+" is not in the manifest: an engine that reads the folder would count its rows too")
		}
		return err
	})
	slices.Sort(problems)
	return m, problems, err
}

func sumFile(ctx context.Context, path string) (sum string, n int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err = io.Copy(h, &reader{ctx, f})
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// reader stops reading when the context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// Slug writes a council's name as it stands in the names of folders: small letters, digits and hyphens.
func Slug(council string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(council) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	return "unnamed"
}
