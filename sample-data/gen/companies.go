package gen

import (
	"fmt"
	"sort"
)

// companyEvent is one entry of a company's public record.
type companyEvent struct {
	of       *provider
	kind, on string
	code     string
}

// makeEvents lists what happened to the companies: the one administration of the story with its
// forerunners, and the small change of any year.
func (c *county) makeEvents() []companyEvent {
	v := c.cast.insolvent
	out := []companyEvent{
		{v, "charge_created", "2025-05-20", "MR01"}, {v, "accounts_overdue", "2026-04-02", ""},
		{v, "charge_created", "2026-05-11", "MR01"}, {v, "administration", administration.ISO(), "AM01"},
	}
	r := stream(c.seed, "events")
	free := map[*provider]bool{}
	for _, l := range c.freeLocations() {
		free[l.provider] = true
	}
	struck := false
	for _, v := range c.providers {
		if !free[v] || v.companyNumber == "" {
			continue
		}
		if r.chance(0.12) {
			out = append(out, companyEvent{v, "charge_created", (start + Day(r.intn(1200))).ISO(), "MR01"})
		}
		if r.chance(0.05) {
			out = append(out, companyEvent{v, "accounts_overdue", (start + Day(r.intn(700))).ISO(), ""})
		}
		if v.left != 0 && v.left < end-200 {
			if !struck {
				out = append(out, companyEvent{v, "strike_off_proposed", (v.left + 90).ISO(), "GAZ1"})
				struck = true
			}
			out = append(out, companyEvent{v, "dissolved", (v.left + 170).ISO(), "GAZ2"})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].on < out[j].on })
	return out
}

// writeEvents makes a file for each quarter in which something happened, and one for the last
// month, because the administration would not wait.
func (c *county) writeEvents(out *Output) error {
	events := c.makeEvents()
	prev := start - 1
	for i, m := range monthEnds() {
		if i%3 != 2 && m < day("2026-07-01") {
			continue
		}
		var rows [][]string
		for _, e := range events {
			if on := day(e.on); on > prev && on <= m {
				rows = append(rows, []string{e.of.companyNumber, e.of.name, e.kind, e.on, e.code})
			}
		}
		prev = m
		if len(rows) == 0 {
			continue
		}
		data, err := csvBytes([]string{"Company Number", "Company Name", "Event", "Event Date", "Filing Code"}, rows, false)
		if err != nil {
			return err
		}
		out.add("company_events", m, fmt.Sprintf("company_events_%s.csv", m.compact()), data)
	}
	return nil
}
