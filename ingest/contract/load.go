package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// Load reads every *.json file below fsys as a contract, keyed by table name. All faults of all files are reported together.
func Load(fsys fs.FS) (map[string]*Table, error) {
	out := map[string]*Table{}
	var faults []error
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() || path.Ext(p) != ".json" {
			return nil
		}
		raw, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		t, err := Parse(p, raw)
		if err != nil {
			faults = append(faults, err)
			return nil
		}
		if _, twice := out[t.Name]; twice {
			faults = append(faults, fmt.Errorf("%s: a second contract for the table %q", p, t.Name))
		}
		out[t.Name] = t
		return nil
	})
	if err = errors.Join(err, errors.Join(faults...)); err != nil {
		return nil, fmt.Errorf("read the contracts: %w", err)
	}
	return out, nil
}

// Parse reads one contract; file is its path, whose stem names the table. The error lists every fault with file and field.
func Parse(file string, raw []byte) (*Table, error) {
	sum := sha256.Sum256(raw)
	t := &Table{
		Name: strings.TrimSuffix(path.Base(file), ".json"), Hash: hex.EncodeToString(sum[:]),
		OnDuplicate: DuplicateQuarantine, index: map[string]int{},
	}
	p := &parser{file: file}
	if !namePattern.MatchString(t.Name) {
		p.faultf("the file's name must be a table name: small letters, digits and underscores")
	}
	if err := noRepeatedKeys(raw); err != nil {
		p.faultf("%v", err)
		return nil, p.err()
	}
	p.table(t, raw)
	if len(p.faults) == 0 {
		p.compile(t)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	return t, nil
}

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

// The columns that every raw table has after its contract's stored fields; no field may take their names. When the file reached us
// is a property of the load.
const (
	ColumnLoad = "load_id"
	ColumnRow  = "row_no"
)

type parser struct {
	file   string
	where  string
	faults []error
}

func (p *parser) faultf(format string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf("%s: %s%s", p.file, p.where, fmt.Sprintf(format, args...)))
}

func (p *parser) err() error { return errors.Join(p.faults...) }

func (p *parser) table(t *Table, raw []byte) {
	o := p.object(raw, "the contract", tableProperties)
	if o == nil {
		return
	}
	if name := o.text("name"); name != "" && name != t.Name {
		p.faultf("name is %q but the file's name says %q", name, t.Name)
	}
	o.text("$schema")
	t.Title, t.Description = o.text("title"), o.text("description")
	t.Source = o.text("bellwether:source")
	if t.Source == "" {
		p.faultf(`"bellwether:source" is missing: name the source that delivers this table`)
	}
	t.Version = o.whole("bellwether:version")
	if t.Version < 1 {
		p.faultf(`"bellwether:version" is missing or below 1: number the contract from 1`)
	}
	if m := o.text("fieldsMatch"); m != "" && m != "exact" {
		p.faultf(`fieldsMatch %q is not supported: the decoder maps headers, so only "exact" has a meaning here`, m)
	}
	mode := o.mode(QuarantineRow)
	missing := o.missing()
	t.PrimaryKey = o.texts("primaryKey")
	t.KnownFrom, t.DataDate = o.text("bellwether:knownFrom"), o.text("bellwether:dataDate")
	if d := o.text("bellwether:onDuplicate"); d != "" {
		t.OnDuplicate = d
		if d != DuplicateQuarantine && d != DuplicateLast {
			p.faultf(`"bellwether:onDuplicate" is %q: use "quarantine" or "last"`, d)
		}
	}
	if share, ok := o.number("bellwether:maxBadShare"); ok {
		t.MaxBadShare = share
		if share <= 0 || share > 1 {
			p.faultf(`"bellwether:maxBadShare" is %g: use a share above 0 and up to 1`, share)
		}
	}
	t.Notes = o.texts("bellwether:notes")
	for i, raw := range o.list("fields") {
		f := p.field(i, raw, mode, missing)
		if _, twice := t.index[f.Name]; twice {
			p.faultf("field %q appears twice", f.Name)
		}
		t.index[f.Name] = i
		t.Fields = append(t.Fields, f)
	}
	p.references(t)
}

// references checks the names by which a table speaks of its own fields.
func (p *parser) references(t *Table) {
	if len(t.Fields) == 0 {
		p.faultf("there are no fields")
	}
	seen := map[string]bool{}
	for _, k := range t.PrimaryKey {
		f, ok := t.Field(k)
		switch {
		case !ok:
			p.faultf("primaryKey names the field %q, which does not exist", k)
		case f.Dropped():
			p.faultf("primaryKey names the field %q, which is dropped and so can't identify a row", k)
		case seen[k]:
			p.faultf("primaryKey names the field %q twice", k)
		}
		seen[k] = true
	}
	for property, name := range map[string]string{"bellwether:knownFrom": t.KnownFrom, "bellwether:dataDate": t.DataDate} {
		if name == "" {
			continue
		}
		f, ok := t.Field(name)
		switch {
		case !ok:
			p.faultf("%q names the field %q, which does not exist", property, name)
		case f.Type != Date && f.Type != Datetime:
			p.faultf("%q names the field %q, which is a %s: it must be a date", property, name, f.Type)
		case f.Dropped():
			p.faultf("%q names the field %q, which is dropped", property, name)
		}
	}
	stored := false
	for i := range t.Fields {
		stored = stored || !t.Fields[i].Dropped()
	}
	if len(t.Fields) > 0 && !stored {
		p.faultf("every field is dropped: nothing would be stored")
	}
}
