package placements

import (
	"strings"
	"time"
)

// finish reads an end date before the start as none: case systems write one where a package was opened by mistake and closed, and
// such a package was never in force. The row keeps its start, so that it counts on no day.
func finish(cells []string, field func(string) int) {
	from, to := field("starts_on"), field("ends_on")
	if from < 0 || to < 0 || cells[from] == "" || cells[to] == "" {
		return
	}
	a, errA := time.Parse(time.DateOnly, cells[from])
	b, errB := time.Parse(time.DateOnly, cells[to])
	if errA == nil && errB == nil && b.Before(a) {
		cells[to] = cells[from]
	}
}

// finishReturn tells people who pay for themselves from an authority whose name happens to be missing.
func finishReturn(cells []string, field func(string) int) {
	authority, payer := field("authority"), field("payer")
	if authority < 0 || payer < 0 {
		return
	}
	word := strings.ToLower(strings.TrimSpace(cells[authority]))
	switch {
	case selfPayers[word]:
		cells[authority], cells[payer] = "", "self"
	case cells[payer] == "" && strings.Contains(" "+word+" ", " nhs "), cells[payer] == "" && strings.HasSuffix(word, " icb"):
		cells[payer] = "nhs"
	case cells[payer] == "" && word != "":
		cells[payer] = "council"
	}
}
