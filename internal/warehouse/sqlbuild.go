package warehouse

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// This file is the one query builder: every piece of SQL that isn't a file of its own is assembled here, from checked names.

var namePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}$`)

// Ident quotes a name for SQL; it refuses (by an empty quoted name, which no engine accepts) what can't be a plain identifier.
func Ident(name string) string {
	if !namePattern.MatchString(name) {
		return `""`
	}
	return `"` + name + `"`
}

// Qualified quotes "schema.table" or "table".
func Qualified(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = Ident(p)
	}
	return strings.Join(parts, ".")
}

// Literal quotes a string for the few statements that take no parameters (settings, attach).
func Literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// allowSQL names the only places that an engine may reach once it is locked down.
func allowSQL(dirs []string) string {
	quoted := make([]string, 0, len(dirs))
	for _, d := range dirs {
		if d != "" {
			quoted = append(quoted, Literal(strings.TrimSuffix(d, "/")+"/"))
		}
	}
	return "SET GLOBAL allowed_directories = [" + strings.Join(quoted, ", ") + "]"
}

// Column is one column of a table definition; Type is an engine type such as VARCHAR, DATE or DECIMAL(18,2).
type Column struct {
	Name string
	Type string
}

// TableDef describes a table to create. No keys and no indexes: uniqueness is proved by checks.
type TableDef struct {
	Name    string // may be schema-qualified
	Columns []Column
}

var typePattern = regexp.MustCompile(`^[A-Z]+( [A-Z]+)*(\(\d+(,\d+)?\))?(\[\])?$`)

func (d TableDef) validate() error {
	if Qualified(d.Name) == "" || strings.Contains(Qualified(d.Name), `""`) {
		return fmt.Errorf("table name %q is not a plain name", d.Name)
	}
	if len(d.Columns) == 0 {
		return fmt.Errorf("table %s has no columns", d.Name)
	}
	seen := map[string]bool{}
	for _, c := range d.Columns {
		if !namePattern.MatchString(c.Name) {
			return fmt.Errorf("table %s: column name %q is not a plain name", d.Name, c.Name)
		}
		if !typePattern.MatchString(c.Type) {
			return fmt.Errorf("table %s: column %s has the unknown type %q", d.Name, c.Name, c.Type)
		}
		if seen[c.Name] {
			return fmt.Errorf("table %s: column %s appears twice", d.Name, c.Name)
		}
		seen[c.Name] = true
	}
	return nil
}

func (d TableDef) createSQL() string {
	cols := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		cols[i] = Ident(c.Name) + " " + c.Type
	}
	return "CREATE TABLE IF NOT EXISTS " + Qualified(d.Name) + " (" + strings.Join(cols, ", ") + ")"
}

func (d TableDef) addColumnSQL(c Column) string {
	return "ALTER TABLE " + Qualified(d.Name) + " ADD COLUMN IF NOT EXISTS " + Ident(c.Name) + " " + c.Type
}

func insertFromViewSQL(table string, columns []string, view string) string {
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = Ident(c)
	}
	list := strings.Join(quoted, ", ")
	return "INSERT INTO " + Qualified(table) + " (" + list + ") SELECT " + list + " FROM " + Ident(view)
}

func createAsSQL(table, query string) string {
	return "CREATE OR REPLACE TABLE " + Qualified(table) + " AS " + query
}

func appendSQL(table, query string) string { return "INSERT INTO " + Qualified(table) + " " + query }

func dropSQL(table string) string { return "DROP TABLE IF EXISTS " + Qualified(table) }

func rowsByLoadSQL(table string) string {
	return "SELECT load_id, count(*) FROM " + Qualified(table) + " GROUP BY load_id"
}

// Slice is what is copied out of one table: some of its columns and, where a date column parts the table by years, the rows of one year.
type Slice struct {
	Table   string
	Columns []string
	YearOf  string // the date column that parts the table; "" for all rows
	Year    int
}

func (s Slice) selectSQL() string {
	quoted := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		quoted[i] = Ident(c)
	}
	query := "SELECT " + strings.Join(quoted, ", ") + " FROM " + Qualified(s.Table)
	if s.YearOf != "" {
		query += fmt.Sprintf(" WHERE year(%s) = %d", Ident(s.YearOf), s.Year)
	}
	return query + " ORDER BY ALL"
}

// copySQL writes the slice as one file with notes that every reader of the format can show.
func (s Slice) copySQL(file string, notes map[string]string) string {
	pairs := make([]string, 0, len(notes))
	for _, k := range slices.Sorted(maps.Keys(notes)) {
		pairs = append(pairs, Ident(k)+": "+Literal(notes[k]))
	}
	return "COPY (" + s.selectSQL() + ") TO " + Literal(file) + " (FORMAT parquet, COMPRESSION zstd, KV_METADATA {" + strings.Join(pairs, ", ") + "})"
}

func yearsSQL(table, column string) string {
	return "SELECT DISTINCT year(" + Ident(column) + ")::INTEGER FROM " + Qualified(table) + " ORDER BY 1"
}

func columnsSQL(table string) string {
	schema, name, ok := strings.Cut(table, ".")
	if !ok {
		schema, name = "main", table
	}
	return "SELECT column_name, data_type FROM information_schema.columns WHERE table_catalog = current_database() AND table_schema = " + Literal(schema) +
		" AND table_name = " + Literal(name) + " ORDER BY ordinal_position"
}
