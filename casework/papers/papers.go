// Package papers makes marked, encrypted papers for meetings. A paper is a list
// of sections; the same sections make the accessible page that stands beside
// it. Every page carries the protective marking at its top and its bottom. The
// file is encrypted with AES-256 (revision 6) under a password of six words,
// which is given to whoever made the paper, once, and kept nowhere.
package papers

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"bellwether/casework/passphrase"
)

// Paper is one paper.
type Paper struct {
	Title    string
	Subtitle string
	Marking  string // at the top and the bottom of each page
	Foot     string // what the paper was made from, beside the page number
	Made     time.Time
	Sections []Section
}

// Section is one part of a paper: text, then a table, then bars over time.
type Section struct {
	Heading string
	Text    []string
	Head    []string
	Widths  []float64 // shares of the page's width; even when empty
	Rows    [][]string
	// Bars are counts by week, the oldest first; BarsSay is the same in words.
	Bars    []int64
	BarsSay string
	// BarsFrom and BarsTo name the first and the last week under the baseline.
	BarsFrom, BarsTo string
	// Part opens a part of the paper, such as a provider, on a page of its own.
	Part bool
}

// Sealed is a paper encrypted, with the password that opens it.
type Sealed struct {
	PDF      []byte
	Password string
}

// ErrEmpty says that there is nothing to put on paper.
var ErrEmpty = errors.New("papers: a paper needs a title, a marking and a section")

// Seal makes the paper and encrypts it under a new password. Random is crypto/rand when nil.
func Seal(p Paper, random io.Reader) (Sealed, error) {
	plain, err := draw(p)
	if err != nil {
		return Sealed{}, err
	}
	if random == nil {
		random = rand.Reader
	}
	password, err := passphrase.New(random, passphrase.MinWords)
	if err != nil {
		return Sealed{}, err
	}
	owner := make([]byte, 24)
	if _, err := io.ReadFull(random, owner); err != nil {
		return Sealed{}, fmt.Errorf("papers: no random numbers: %w", err)
	}
	sealed, err := encrypt(plain, password, hex.EncodeToString(owner))
	if err != nil {
		return Sealed{}, err
	}
	return Sealed{PDF: sealed, Password: password}, nil
}

// encrypt seals a file. The cipher follows from the file's version: only under 2.0 is it the present one. All permissions are given,
// so that screen readers can read what a reader may read.
func encrypt(plain []byte, user, owner string) ([]byte, error) {
	at := bytes.IndexByte(plain, '\n')
	if at < 0 || !bytes.HasPrefix(plain, []byte("%PDF-1.")) {
		return nil, errors.New("papers: what was drawn is not a PDF file")
	}
	plain = append([]byte("%PDF-2.0"), plain[8:]...)
	conf := model.NewAESConfiguration(user, owner, 256)
	conf.Permissions = model.PermissionsAll
	conf.ValidationMode = model.ValidationRelaxed
	var out bytes.Buffer
	if err := api.Encrypt(bytes.NewReader(plain), &out, conf); err != nil {
		return nil, fmt.Errorf("papers: cannot encrypt the paper: %w", err)
	}
	return out.Bytes(), nil
}

const (
	margin = 18.0
	width  = 210.0 - 2*margin
)

// draw lays the paper out on A4.
func draw(p Paper) ([]byte, error) {
	if p.Title == "" || p.Marking == "" || len(p.Sections) == 0 {
		return nil, ErrEmpty
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	words := pdf.UnicodeTranslatorFromDescriptor("")
	pdf.SetTitle(p.Title, true)
	pdf.SetLang("en-GB")
	pdf.SetCreationDate(p.Made)
	pdf.SetModificationDate(p.Made)
	pdf.SetMargins(margin, 24, margin)
	pdf.SetAutoPageBreak(true, 26)
	mark := func(y float64) {
		pdf.SetY(y)
		pdf.SetFont("Helvetica", "B", 10)
		pdf.CellFormat(0, 6, words(p.Marking), "", 0, "C", false, 0, "")
	}
	pdf.SetHeaderFunc(func() { mark(9); pdf.SetY(24) })
	pdf.SetFooterFunc(func() {
		pdf.SetY(-21)
		pdf.SetFont("Helvetica", "", 8)
		pdf.CellFormat(width*.8, 5, words(p.Foot), "", 0, "L", false, 0, "")
		pdf.CellFormat(0, 5, fmt.Sprintf("page %d of {nb}", pdf.PageNo()), "", 0, "R", false, 0, "")
		mark(-15)
	})
	pdf.AliasNbPages("")
	pdf.AddPage()
	pdf.SetFont("Helvetica", "B", 18)
	pdf.MultiCell(0, 8, words(p.Title), "", "L", false)
	pdf.SetFont("Helvetica", "", 11)
	pdf.MultiCell(0, 6, words(p.Subtitle), "", "L", false)
	for _, s := range p.Sections {
		section(pdf, words, s)
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("papers: cannot draw the paper: %w", err)
	}
	return out.Bytes(), nil
}

func section(pdf *fpdf.Fpdf, words func(string) string, s Section) {
	if pdf.Ln(4); s.Part {
		pdf.AddPage()
	}
	if pdf.GetY() > 297-26-20 {
		pdf.AddPage() // no heading stands alone at the foot of a page
	}
	pdf.Bookmark(words(s.Heading), 0, -1)
	pdf.SetFont("Helvetica", "B", map[bool]float64{true: 16, false: 13}[s.Part])
	pdf.MultiCell(0, 7, words(s.Heading), "", "L", false)
	pdf.SetFont("Helvetica", "", 10.5)
	for _, t := range s.Text {
		pdf.MultiCell(0, 5.4, words(t), "", "L", false)
		pdf.Ln(1)
	}
	if len(s.Bars) > 0 {
		bars(pdf, s.Bars, words(s.BarsFrom), words(s.BarsTo))
		pdf.SetFont("Helvetica", "", 9)
		pdf.MultiCell(0, 5, words(s.BarsSay), "", "L", false)
	}
	if len(s.Head) > 0 {
		table(pdf, words, s)
	}
}

// bars draws counts by week on one baseline, as lines and areas that stay sharp at any size: the highest count beside its line, the first
// and the last week below.
func bars(pdf *fpdf.Fpdf, counts []int64, from, to string) {
	const height, label = 24.0, 8.0
	pdf.Ln(2)
	if pdf.GetY()+height+14 > 297-26 {
		pdf.AddPage()
	}
	highest := int64(1)
	for _, n := range counts {
		highest = max(highest, n)
	}
	base, step := pdf.GetY()+height, (width-label)/float64(len(counts))
	pdf.SetFont("Helvetica", "", 8)
	for _, n := range []int64{0, highest} {
		y := base - height*float64(n)/float64(highest)
		pdf.SetDrawColor(200, 205, 210)
		pdf.Line(margin+label, y, margin+width, y)
		pdf.SetXY(margin, y-2)
		pdf.CellFormat(label-1.5, 4, fmt.Sprint(n), "", 0, "R", false, 0, "")
	}
	pdf.SetFillColor(18, 67, 109)
	for i, n := range counts {
		if h := height * float64(n) / float64(highest); h > 0 {
			pdf.Rect(margin+label+float64(i)*step, base-h, step*.8, h, "F")
		}
	}
	pdf.SetDrawColor(120, 128, 136)
	pdf.Line(margin+label, base, margin+width, base)
	pdf.SetXY(margin+label, base+1)
	pdf.CellFormat((width-label)/2, 4, from, "", 0, "L", false, 0, "")
	pdf.CellFormat((width-label)/2, 4, to, "", 1, "R", false, 0, "")
	pdf.SetY(base + 6)
}

// table draws rows whose cells wrap; the head comes again on each page.
func table(pdf *fpdf.Fpdf, words func(string) string, s Section) {
	const line = 4.6
	shares := s.Widths
	if len(shares) != len(s.Head) {
		shares = make([]float64, len(s.Head))
		for i := range shares {
			shares[i] = 1 / float64(len(s.Head))
		}
	}
	row := func(cells []string, style string) {
		pdf.SetFont("Helvetica", style, 9)
		lines := make([][]string, len(cells))
		highest := 1
		for i, c := range cells {
			for _, l := range pdf.SplitLines([]byte(words(strings.ReplaceAll(c, "\r", ""))), width*shares[i]-2) {
				lines[i] = append(lines[i], string(l))
			}
			highest = max(highest, len(lines[i]))
		}
		// A cell taller than a page (53 lines) is cut where the page ends, with a sign that it goes on in the register.
		if room := 53; highest > room {
			highest = room
			for i := range lines {
				if len(lines[i]) > room {
					lines[i] = append(lines[i][:room-1], "...")
				}
			}
		}
		if pdf.GetY()+float64(highest)*line+2 > 297-26 {
			pdf.AddPage()
		}
		top, x := pdf.GetY(), margin
		for i := range cells {
			for n, l := range lines[i] {
				pdf.SetXY(x, top+1+float64(n)*line)
				pdf.CellFormat(width*shares[i]-2, line, l, "", 0, "L", false, 0, "")
			}
			x += width * shares[i]
		}
		pdf.SetDrawColor(200, 205, 210)
		pdf.Line(margin, top+float64(highest)*line+2, margin+width, top+float64(highest)*line+2)
		pdf.SetXY(margin, top+float64(highest)*line+2)
	}
	row(s.Head, "B")
	for _, r := range s.Rows {
		cells := make([]string, len(s.Head))
		copy(cells, r)
		row(cells, "")
	}
}
