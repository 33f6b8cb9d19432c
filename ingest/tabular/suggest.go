package tabular

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"regexp"
	"slices"
	"strings"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/mapping"
)

// SuggestRows is how many rows of a file a suggestion looks at.
const SuggestRows = 5000

// Suggest proposes a mapping of the file to the table. The file need not have any heading that is known: of its sheets, of the delimiters
// of a CSV file, and of the rows that may be its headings, those are taken with which most of the table is found.
func Suggest(ctx context.Context, f ingest.File, t *contract.Table) (got *mapping.Suggestion, err error) {
	err = FileError(f.Name, unpacked(f, func(inner ingest.File) error {
		sample, err := shortened(inner)
		if err != nil {
			return err
		}
		best, err := chooseLayout(ctx, sample, t)
		if err != nil {
			return err
		}
		header, rows, err := firstRows(ctx, inner, best.opts, SuggestRows)
		if err != nil {
			return err
		}
		got = mapping.Suggest(t, header, rows)
		if readsLikeData(got, header) {
			return &decode.Error{File: inner.Name, Code: decode.CodeBadHeader, Reason: "its first row reads like data, not like headings, and no row after it is one",
				NextStep: "Have the export write a row of headings above the data, and send the file again"}
		}
		best.explain(got)
		return nil
	}))
	return got, err
}

// Weigh says how much of the file the table explains, to compare tables with one another.
func Weigh(ctx context.Context, f ingest.File, t *contract.Table) (score int, err error) {
	err = FileError(f.Name, unpacked(f, func(inner ingest.File) error {
		sample, err := shortened(inner)
		if err != nil {
			return err
		}
		best, err := chooseLayout(ctx, sample, t)
		score = best.score
		return err
	}))
	return score, err
}

// guess is one way in which the file may be laid out.
type guess struct {
	opts   decode.Options
	sheets []string
	score  int
	fields int
}

var marks = []byte{',', ';', '\t', '|'}

// chooseLayout tries the ways in which the file may be laid out and keeps the one that explains most.
func chooseLayout(ctx context.Context, f ingest.File, t *contract.Table) (guess, error) {
	wanted := plan(t, mapping.Default(t), nil).wanted
	for i := range wanted {
		wanted[i].Required = false
	}
	sheets, err := decode.Sheets(f.Name, f.Body, f.Size, decode.Limits{})
	if err != nil {
		return guess{}, err
	}
	delimiters := marks
	if sheets[0] != "" {
		delimiters = []byte{0}
	}
	var best guess
	var refused error
	for _, sheet := range sheets[:min(len(sheets), maxSheets)] {
		for _, mark := range delimiters {
			for _, rows := range []int{1, 2} {
				for _, fields := range [][]decode.Field{wanted, nil} {
					g := guess{sheets: sheets, opts: decode.Options{Fields: fields, Delimiter: mark, HeaderRows: rows}}
					if sheet != "" {
						g.opts.Sheets = []string{sheet}
					}
					if err := g.weigh(ctx, f, t); err != nil {
						if ctx.Err() != nil {
							return guess{}, ctx.Err()
						}
						refused = errors.Join(refused, err)
						continue
					}
					if g.score > best.score {
						best = g
					}
				}
			}
		}
	}
	if best.score == 0 {
		return guess{}, refused
	}
	return best, nil
}

// maxSheets bounds the sheets looked at; sampleRows the rows read of each to weigh a layout.
const (
	maxSheets  = 20
	sampleRows = 300
)

// dataCell tells a cell of data that was taken for part of a heading.
var dataCell = regexp.MustCompile(`\d{1,4}[-/.]\d{1,2}[-/.]\d|\d{4,}|@`)

// ownWords are words that only one table's headings have.
var ownWords = map[string]*regexp.Regexp{
	"complaint":            regexp.MustCompile(`(?i)\bcomplain(t|ts|ed|ant|ants)\b`),
	"contract_register":    regexp.MustCompile(`(?i)\b(contract|agreement|tender)`),
	"spend_line":           regexp.MustCompile(`(?i)\b(vendor|payee|invoice|expenditure|expense|spend|beneficiary)`),
	"incident":             regexp.MustCompile(`(?i)\b(incident|notification|accident)`),
	"placement":            regexp.MustCompile(`(?i)\b(placement|package|weekly)`),
	"quality_visit":        regexp.MustCompile(`(?i)\b(visit|audit)`),
	"quality_action":       regexp.MustCompile(`(?i)\baction`),
	"capacity":             regexp.MustCompile(`(?i)(vacanc|vacant|capacity|occupied)`),
	"safeguarding_concern": regexp.MustCompile(`(?i)\b(concern|abuse|safeguard|alert)`),
	"safeguarding_enquiry": regexp.MustCompile(`(?i)\b(enquir|s42|section 42)`),
}

// about are the fields of which a file of the table holds one at least: without them it is about something else.
var about = map[string][]string{
	"safeguarding_concern": {"abuse_types", "decision", "source_of_risk", "location_of_risk"},
	"safeguarding_enquiry": {"abuse_types", "outcome", "risk_outcome", "source_of_risk", "location_of_risk", "capacity"},
	"complaint":            {"outcome", "theme", "stage", "complaint_ref"},
	"contract_register":    {"total_value", "annual_value", "title"},
	"incident":             {"incident_type", "harm", "statutory"},
	"spend_line":           {"amount"},
	"placement":            {"weekly_cost", "weekly_hours", "placing_authority", "ends_on", "funding", "need"},
	"quality_visit":        {"overall", "score", "visit_type", "tool"},
	"capacity":             {"vacancies", "beds", "occupied", "updated_at", "people_supported"},
}

// lost is what a table's score loses where the file holds nothing that it is about.
const lost = 120

// weigh scores a layout: what is found of the table counts most, then that headings are known as they stand, then that there are rows.
func (g *guess) weigh(ctx context.Context, f ingest.File, t *contract.Table) error {
	header, rows, err := firstRows(ctx, f, g.opts, sampleRows)
	if err != nil {
		return err
	}
	named := 0
	for _, h := range header {
		if strings.TrimSpace(h) != "" {
			named++
		}
		if g.opts.HeaderRows == 2 && dataCell.MatchString(h) {
			return errors.New("the second row of the headings holds data")
		}
	}
	if named < 2 && len(g.sheets) == 1 {
		g.score = 1 // this delimiter divides nothing
		return nil
	}
	s := mapping.Suggest(t, header, rows)
	g.fields = len(s.Guesses)
	g.score = 1 + min(named, 40) + min(bits.Len(uint(len(rows))), 9)
	for _, one := range s.Guesses {
		if c, ok := t.Field(one.Field); ok && c.Dropped() {
			g.score += 5 // what is dropped tells nothing
			continue
		}
		g.score += 20
		if strings.HasPrefix(one.Reason, "the heading is") {
			g.score += 5
		}
	}
	for _, c := range t.Fields {
		if c.Required && !slices.Contains(s.Absent, c.Name) && len(s.Guesses) > 0 {
			g.score += 30
		}
	}
	if slices.ContainsFunc(header, func(h string) bool { return ownWords[t.Name] != nil && ownWords[t.Name].MatchString(h) }) {
		g.score += 40
	}
	if fields := about[t.Name]; len(fields) > 0 && !slices.ContainsFunc(s.Guesses, func(one mapping.Guess) bool { return slices.Contains(fields, one.Field) }) {
		g.score -= lost
	}
	if len(rows) == 0 {
		g.score /= 2
	}
	if g.opts.HeaderRows == 2 {
		g.score -= 10 // two rows must explain more than one does
	}
	g.score = max(g.score, 1)
	return nil
}

// firstRows reads the headings and the first good rows.
func firstRows(ctx context.Context, f ingest.File, opts decode.Options, most int) (header []string, rows [][]string, err error) {
	table, err := decode.Open(f.Name, f.Body, f.Size, opts)
	if err != nil {
		return nil, nil, err
	}
	defer table.Close()
	for len(rows) < most {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		if row.Problem == nil && !isTotal(row.Cells) && !isHeader(row.Cells, table.Header) {
			rows = append(rows, slices.Clone(row.Cells))
		}
	}
	return table.Header, rows, nil
}

// readsLikeData tells headings that are no headings: the file has none, or they stand further down than anybody looks.
func readsLikeData(s *mapping.Suggestion, header []string) bool {
	return len(s.Guesses) == 0 && slices.ContainsFunc(header, dataCell.MatchString)
}

// explain puts into the suggestion what must be said for the file to be read the same way again.
func (g *guess) explain(s *mapping.Suggestion) {
	if len(g.sheets) > 1 && len(g.opts.Sheets) == 1 {
		s.Sheet = g.opts.Sheets[0]
		s.SheetWhy = fmt.Sprintf("of %d sheets the one in which most columns are known", len(g.sheets))
	}
	switch g.opts.Delimiter {
	case ';':
		s.Delimiter = "semicolon"
	case '\t':
		s.Delimiter = "tab"
	case '|':
		s.Delimiter = "bar"
	}
	if s.Delimiter != "" {
		s.DelimiterWhy = fmt.Sprintf("divided so, %d columns are known", g.fields)
	}
	if g.opts.HeaderRows == 2 {
		s.HeaderRows, s.HeaderWhy = 2, "two rows of headings, read together: \"Upper Lower\""
	}
}

// longFile is the size from which only the start of a text file is looked at to choose a layout.
const (
	longFile = 4 << 20
	longHead = 1 << 20
)

// shortened gives the first lines of a long text file, so that the ways to read it can all be tried.
func shortened(f ingest.File) (ingest.File, error) {
	format, err := decode.CheckName(f.Name, f.Body, f.Size)
	if err != nil || format != decode.FormatText || f.Size <= longFile {
		return f, err
	}
	text, err := decode.Text(f.Body, f.Size, decode.Limits{})
	if err != nil {
		return f, err
	}
	head := make([]byte, longHead)
	n, err := io.ReadFull(text.Reader(), head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return f, err
	}
	if end := bytes.LastIndexByte(head[:n], '\n'); end > 0 {
		n = end + 1
	}
	f.Body, f.Size = bytes.NewReader(head[:n]), int64(n)
	return f, nil
}
