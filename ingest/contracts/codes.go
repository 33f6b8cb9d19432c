package contracts

import (
	"regexp"
	"slices"
	"strings"

	"bellwether/ingest/decode"
)

var cpvCode = regexp.MustCompile(`^\s*([0-9]{8})(?:-[0-9])?\s*$`)

// codes collects CPV codes: all of them, and those that say what the contract is mainly for.
type codes struct {
	all, main []string
}

func cpv(i identifier) (string, bool) {
	if i.Scheme != "" && !strings.EqualFold(string(i.Scheme), "CPV") {
		return "", false
	}
	m := cpvCode.FindStringSubmatch(string(i.ID))
	if m == nil {
		return "", false
	}
	return m[1], true
}

func (c *codes) add(i identifier, main bool) {
	code, ok := cpv(i)
	if !ok {
		return
	}
	if !slices.Contains(c.all, code) {
		c.all = append(c.all, code)
	}
	if main {
		c.main = append(c.main, code)
	}
}

// codesOf reads the codes of a release. Contracts Finder classifies the tender; Find a Tender classifies its items, and then
// their codes are what it is for.
func codesOf(r *release) codes {
	var c codes
	t := &r.Tender.Value
	_, classified := cpv(t.Classification.Value)
	c.add(t.Classification.Value, true)
	for _, a := range t.Additional {
		c.add(a, false)
	}
	items := slices.Clone(t.Items)
	for _, a := range r.Awards {
		items = append(items, a.Items...)
	}
	for _, i := range items {
		c.add(i.Classification.Value, !classified)
		for _, a := range i.Additional {
			c.add(a, !classified)
		}
	}
	return c
}

// care says whether the contract is mainly for health and social work, division 85.
func (c codes) care() bool {
	return slices.ContainsFunc(c.main, func(code string) bool { return strings.HasPrefix(code, "85") })
}

const companiesHouse = "GB-COH"

// companyNumber finds a supplier's company number in its identifier or in its party's.
func companyNumber(supplier party, parties []party) string {
	candidates := []party{supplier}
	for _, p := range parties {
		if p.ID == supplier.ID && p.ID != "" {
			candidates = append(candidates, p)
		}
	}
	for _, p := range candidates {
		if rest, ok := strings.CutPrefix(string(p.ID), companiesHouse+"-"); ok {
			if n, ok := decode.CompanyNumber(rest); ok {
				return n
			}
		}
		for _, i := range append([]identifier{p.Identifier.Value}, p.Others...) {
			if i.Scheme != companiesHouse {
				continue
			}
			if n, ok := decode.CompanyNumber(string(i.ID)); ok {
				return n
			}
		}
	}
	return ""
}

// noticeType finds the kind of notice: that of the document which is the release's own notice, else of the last one that has any.
func noticeType(r *release) string {
	lists := []list[document]{r.Planning.Value.Documents, r.Tender.Value.Documents}
	for _, a := range r.Awards {
		lists = append(lists, a.Documents)
	}
	for _, c := range r.Contracts {
		lists = append(lists, c.Documents)
	}
	found := ""
	for _, l := range lists {
		for _, d := range l {
			if d.NoticeType == "" {
				continue
			}
			found = string(d.NoticeType)
			if d.ID != "" && d.ID == r.ID {
				return found
			}
		}
	}
	return found
}

// terms gives the first and the last day over the tender's own period and those of its lots.
func terms(t *tender) (start, end text) {
	start, end = t.Period.Value.Start, t.Period.Value.End
	for _, l := range t.Lots {
		if s := l.Period.Value.Start; s != "" && (start == "" || s < start) {
			start = s
		}
		if e := l.Period.Value.End; e > end {
			end = e
		}
	}
	return start, end
}
