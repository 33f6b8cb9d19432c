package mapping

import (
	"regexp"
	"strings"
	"unicode"

	"bellwether/ingest/decode"
)

// profile is what the cells of a column look like.
type profile struct {
	filled, distinct             int
	dates, births                int            // dates; those before the year a concern could be from
	postcodes, locations, places int            // postcodes; identifiers of CQC locations; names that speak of care
	letters                      int            // of all filled cells
	lines                        int            // cells of more than one line or more than 120 letters
	numbers, amounts             int            // whole numbers; numbers of any kind, with or without a pound sign
	titled                       int            // cells that begin like the name of a person: "Mrs A Brown"
	words                        map[string]int // how often each word is met, for as many different ones as a list may have
}

// maxProfiled bounds the different words of a column that are compared with lists.
const maxProfiled = 400

var (
	cqcLocation = regexp.MustCompile(`^[19]-\d{6,12}$`)
	titled      = regexp.MustCompile(`^(Mr|Mrs|Ms|Miss|Mx|Dr|Rev|Sir|Lady)\.? \pL`)
	careWord    = regexp.MustCompile(`(?i)\b(care|home|house|lodge|court|manor|nursing|residential|homecare|living|hall|grange|villa|cottage|ltd|limited)\b`)
)

// profiles looks at every column once.
func profiles(header []string, rows [][]string) []profile {
	out := make([]profile, len(header))
	for i := range out {
		p, met := &out[i], map[string]bool{}
		p.words = map[string]int{}
		for _, r := range rows {
			if i >= len(r) {
				continue
			}
			v, missing := decode.TextValue(r[i])
			if missing != decode.Present || v == "" {
				continue
			}
			p.filled++
			if len(met) < 10_000 {
				met[v] = true
			}
			if _, again := p.words[v]; again || len(p.words) < maxProfiled {
				p.words[v]++
			}
			p.add(v)
		}
		p.distinct = len(met)
	}
	return out
}

func (p *profile) add(v string) {
	p.letters += len([]rune(v))
	if strings.Contains(v, "\n") || len(v) > 120 {
		p.lines++
	}
	if cqcLocation.MatchString(v) {
		p.locations++
		return
	}
	d := decode.DateReader{Order: decode.DayFirst, ShortYears: true}
	iso, missing, err := d.Date(v)
	if err != nil {
		d.Order = decode.MonthFirst
		iso, missing, err = d.Date(v)
	}
	if err == nil && missing == decode.Present {
		p.dates++
		if iso < "1995" {
			p.births++
		}
	}
	if titled.MatchString(v) {
		p.titled++
	}
	if _, missing, err := decode.Amount(strings.TrimSuffix(v, "%")); err == nil && missing == decode.Present {
		p.amounts++
	}
	if _, missing, err := decode.Integer(v); err == nil && missing == decode.Present {
		p.numbers++
		return
	}
	if _, ok := decode.Postcode(v); ok {
		p.postcodes++
	}
	if careWord.MatchString(v) {
		p.places++
	}
}

// most says whether the given number is at least so many hundredths of the filled cells.
func (p *profile) most(n, percent int) bool { return p.filled > 0 && n*100 >= p.filled*percent }

func (p *profile) isDate() bool { return p.most(p.dates, 70) && p.dates > p.numbers }

// isSerial says that a column of whole numbers may be dates as a spreadsheet counts days.
func (p *profile) isSerial() bool { return p.most(p.dates, 95) && p.dates <= p.numbers }

// short says that the cells are words or labels, not texts.
func (p *profile) short() bool { return p.filled > 0 && p.lines == 0 && p.letters <= 60*p.filled }

// spoken brings a heading to the words it is made of: "ConcernReceivedDate" and "CONCERN_RECEIVED_DATE" say the same.
func spoken(heading string) string {
	var b strings.Builder
	runes := []rune(heading)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) {
			before, last := runes[i-1], i+1 == len(runes)
			if unicode.IsLower(before) || unicode.IsDigit(before) || unicode.IsUpper(before) && !last && unicode.IsLower(runes[i+1]) {
				b.WriteByte(' ')
			}
		}
		b.WriteRune(r)
	}
	return Fold(b.String())
}
