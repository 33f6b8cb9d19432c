package cases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bellwether/casework/store"
	"bellwether/casework/workdays"
)

// streamPrefix opens the name of every case's stream.
const streamPrefix = "case/"

// The types of events.
const (
	opened     = "case.opened"
	moved      = "case.moved"
	began      = "case.began"
	ticked     = "case.ticked"
	unticked   = "case.unticked"
	recorded   = "case.recorded"
	amended    = "case.amended"
	consulted  = "case.consulted"
	restricted = "case.restricted" // as written before restrictions had a book of their own, which reads them too
	lifted     = "case.lifted"
	issued     = "case.issued" // a paper was made; who was to get a copy
)

// payload is the data of every event; each type uses some of its fields.
type payload struct {
	ProviderID   string            `json:"provider_id,omitempty"`
	ProviderName string            `json:"provider_name,omitempty"`
	FlagID       string            `json:"flag_id,omitempty"`
	Stage        string            `json:"stage,omitempty"`
	Move         string            `json:"move,omitempty"`
	Track        string            `json:"track,omitempty"`
	Point        string            `json:"point,omitempty"`
	Register     string            `json:"register,omitempty"`
	Number       int               `json:"number,omitempty"`
	Values       map[string]string `json:"values,omitempty"`
	Text         string            `json:"text,omitempty"`
	Named        []string          `json:"named,omitempty"`
	Seen         *Seen             `json:"seen,omitempty"`
}

// Fold adds one event to a case and returns the result. What c holds is not changed, so it may be in use elsewhere; but only one fold may
// go on from a case, unless its history has been clipped.
func Fold(c Case, e store.Event) (Case, error) {
	var p payload
	strict := json.NewDecoder(bytes.NewReader(e.Data))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&p); err != nil {
		return c, fmt.Errorf("cases: event %d cannot be read: %w", e.Position, err)
	}
	if c.Version+1 != e.Version {
		return c, fmt.Errorf("cases: event %d is version %d where %d belongs", e.Position, e.Version, c.Version+1)
	}
	c.Version, c.LastAt = e.Version, e.At
	h := Entry{Version: e.Version, At: e.At, By: e.Actor, What: strings.TrimPrefix(e.Type, "case."), Text: p.Text, Register: p.Register, Number: p.Number}
	if p.Seen != nil {
		h.Seen = *p.Seen
	}
	switch e.Type {
	case opened:
		c.ID = strings.TrimPrefix(e.Stream, streamPrefix)
		c.ProviderID, c.ProviderName, c.FlagID, c.Reason = p.ProviderID, p.ProviderName, p.FlagID, p.Text
		c.OpenedBy, c.OpenedAt, c.Stage, c.Since = e.Actor, e.At, p.Stage, workdays.Day(e.At)
	case moved:
		c.Moves = append(slices.Clip(c.Moves), Move{ID: p.Move, From: c.Stage, To: p.Stage, By: e.Actor, Reason: p.Text, At: e.At, Seen: h.Seen})
		if p.Stage != c.Stage {
			// A stage that is entered again has its checklist before it again; what was met stays in the history.
			c.Ticks = maps.Clone(c.Ticks)
			maps.DeleteFunc(c.Ticks, func(k string, _ Tick) bool { return strings.HasPrefix(k, p.Stage+"/") })
		}
		c.Stage, c.Since = p.Stage, workdays.Day(e.At)
		h.Register = p.Move
	case began:
		c.Tracks = append(slices.Clip(c.Tracks), Track{ID: p.Track, By: e.Actor, Reason: p.Text, At: e.At})
		h.Register = p.Track
	case ticked, unticked:
		c.Ticks = maps.Clone(c.Ticks)
		if c.Ticks == nil {
			c.Ticks = map[string]Tick{}
		}
		if e.Type == ticked {
			c.Ticks[p.Point] = Tick{By: e.Actor, At: e.At, Note: p.Text}
		} else {
			delete(c.Ticks, p.Point)
		}
		h.Register = p.Point
	case recorded, amended:
		h.Values = p.Values
		c.Records = maps.Clone(c.Records)
		if c.Records == nil {
			c.Records = map[string][]Record{}
		}
		list := slices.Clone(c.Records[p.Register])
		if e.Type == recorded {
			list = append(list, Record{Number: p.Number, Values: p.Values, By: e.Actor, At: e.At, LastBy: e.Actor, LastAt: e.At})
		} else {
			i := slices.IndexFunc(list, func(r Record) bool { return r.Number == p.Number })
			if i < 0 {
				return c, fmt.Errorf("cases: event %d amends an entry that does not exist", e.Position)
			}
			list[i].Values, list[i].LastBy, list[i].LastAt = p.Values, e.Actor, e.At
			list[i].Amended++
		}
		c.Records[p.Register] = list
	case consulted, issued, restricted, lifted:
	default:
		return c, fmt.Errorf("cases: event %d is of the unknown type %s: it was written by a newer version", e.Position, e.Type)
	}
	c.History = append(c.History, h)
	return c, nil
}
