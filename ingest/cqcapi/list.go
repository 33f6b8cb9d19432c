package cqcapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

const perPage = "1000"

// page is one page of a list: of locations, or of ids that changed.
type page struct {
	Total     int     `json:"total"`
	Next      *string `json:"nextPageUri"`
	Locations []struct {
		ID string `json:"locationId"`
	} `json:"locations"`
	Changes []string `json:"changes"`
}

// pages follows a list to its end and gives the ids on it, in capitals, with the pages as they came. A list that goes round in a circle
// is an error: half a list would look like closures.
func (c *client) pages(ctx context.Context, address string, query url.Values) (ids []string, raw []json.RawMessage, err error) {
	seen, met := map[string]bool{}, map[string]bool{}
	total := 0
	for {
		key := address + "?" + query.Encode()
		if seen[key] {
			return nil, nil, fmt.Errorf("the list %s comes back to a page it has shown: it can't be read whole", address)
		}
		seen[key] = true
		body, err := c.get(ctx, address, query)
		if err != nil {
			return nil, nil, fmt.Errorf("read the list %s: %w", address, err)
		}
		var p page
		if err := json.Unmarshal(body, &p); err != nil {
			return nil, nil, fmt.Errorf("the list %s is not what the API describes: %w", address, err)
		}
		raw, total = append(raw, body), p.Total
		for _, l := range p.Locations {
			p.Changes = append(p.Changes, l.ID)
		}
		for _, id := range p.Changes {
			// The changes feed writes some ids in small letters, which the API itself does not know.
			if id = strings.ToUpper(strings.TrimSpace(id)); id != "" && !met[id] {
				met[id] = true
				ids = append(ids, id)
			}
		}
		if p.Next == nil || *p.Next == "" {
			break
		}
		if address, query, err = follow(c.cfg.Base, *p.Next); err != nil {
			return nil, nil, err
		}
	}
	if len(ids) < total && strings.HasPrefix(address, "/locations") {
		return nil, nil, fmt.Errorf("the list of locations holds %d of the %d that it announces: it changed while it was read; the next fetch reads it anew", len(ids), total)
	}
	return ids, raw, nil
}

// follow reads the address of the next page, which stands below the base and may have plain spaces in it.
func follow(base, next string) (string, url.Values, error) {
	next = strings.TrimPrefix(next, base)
	if at, err := url.Parse(base); err == nil && at.Path != "" {
		next = strings.TrimPrefix(next, at.Path)
	}
	address, rest, _ := strings.Cut(next, "?")
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return "", nil, fmt.Errorf("the list's next page lies at another address, which is not followed")
	}
	query, err := url.ParseQuery(strings.ReplaceAll(rest, " ", "%20"))
	if err != nil {
		return "", nil, fmt.Errorf("the address of the list's next page can't be read: %w", err)
	}
	return address, query, nil
}

// ofArea lists the locations of a local authority, those that have left the register too.
func (c *client) ofArea(ctx context.Context, area string) ([]string, []json.RawMessage, error) {
	return c.pages(ctx, "/locations", url.Values{"localAuthority": {area}, "perPage": {perPage}, "page": {"1"}})
}

// changed lists what changed in a span of time: kind is location or provider.
func (c *client) changed(ctx context.Context, kind string, from, to time.Time) ([]string, error) {
	const stamp = "2006-01-02T15:04:05Z"
	ids, _, err := c.pages(ctx, "/changes/"+kind, url.Values{"startTimestamp": {from.UTC().Format(stamp)}, "endTimestamp": {to.UTC().Format(stamp)}, "perPage": {perPage}, "page": {"1"}})
	return ids, err
}

// body reads one location or provider. The names of people in it are gone when it is returned.
func (c *client) body(ctx context.Context, kind, id string) (json.RawMessage, error) {
	raw, err := c.get(ctx, "/"+kind+"s/"+url.PathEscape(id), nil)
	if err != nil {
		if gone := (*GoneError)(nil); errors.As(err, &gone) {
			gone.ID = kind + " " + id
		}
		return nil, err
	}
	return withoutNames(raw)
}
