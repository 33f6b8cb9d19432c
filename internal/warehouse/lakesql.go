package warehouse

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The part of the query builder that speaks to a lake. Its catalogue is attached as "lake", the snapshot as "snapshot".

const (
	lakeName         = "lake"
	attachedSnapshot = "snapshot"
)

// LakeTable is one table of a lake and what of the snapshot it holds.
type LakeTable struct {
	Name  string // in the lake's schema
	Slice        // of the snapshot; its YearOf parts the table by years, its Year is not looked at
}

func (t LakeTable) source() string {
	quoted := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		quoted[i] = Ident(c)
	}
	return "SELECT " + strings.Join(quoted, ", ") + " FROM " + Qualified(attachedSnapshot+"."+t.Table)
}

// replaceSQL makes the table anew, parted by years where it is, and fills it. The rows are in order, so that a reader who asks for some weeks
// reads few blocks.
func (t LakeTable) replaceSQL(schema string) []string {
	name := Qualified(lakeName + "." + schema + "." + t.Name)
	out := []string{"CREATE OR REPLACE TABLE " + name + " AS " + t.source() + " LIMIT 0"}
	if t.YearOf != "" {
		out = append(out, "ALTER TABLE "+name+" SET PARTITIONED BY (year("+Ident(t.YearOf)+"))")
	}
	return append(out, "INSERT INTO "+name+" "+t.source()+" ORDER BY ALL")
}

// sumSQL fingerprints rows by their texts: a lake may keep a value in another type than the snapshot does, and must still agree.
func sumSQL(from string) string {
	return "SELECT count(*), coalesce(sum(md5_number_lower(CAST(t AS VARCHAR))::HUGEINT), 0)::VARCHAR FROM (" + from + ") t"
}

func (t LakeTable) lakeSQL(schema string) string {
	return "SELECT * FROM " + Qualified(lakeName+"."+schema+"."+t.Name)
}

// optionsSQL writes the options of an ATTACH or a secret, in the order of their names; the values are literals already.
func optionsSQL(options map[string]string) string {
	if len(options) == 0 {
		return ""
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(options)) {
		out = append(out, strings.TrimSpace(Unquoted(k)+" "+options[k]))
	}
	return " (" + strings.Join(out, ", ") + ")"
}

// Unquoted gives a plain name as it is, and nothing where it is none: for the few places that take no quoted one.
func Unquoted(name string) string {
	if !namePattern.MatchString(name) {
		return ""
	}
	return name
}

func expireSQL(before time.Time) string {
	return fmt.Sprintf("CALL ducklake_expire_snapshots(%s, older_than => TIMESTAMPTZ %s)", Literal(lakeName), Literal(before.UTC().Format("2006-01-02 15:04:05.000000")+"+00"))
}

const cleanAllSQL = "CALL ducklake_cleanup_old_files('" + lakeName + "', cleanup_all => true)"

func cleanSQL(before time.Time) string {
	return fmt.Sprintf("CALL ducklake_cleanup_old_files(%s, older_than => TIMESTAMPTZ %s)", Literal(lakeName), Literal(before.UTC().Format("2006-01-02 15:04:05.000000")+"+00"))
}
