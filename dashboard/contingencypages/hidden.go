package contingencypages

import (
	"slices"
	"time"

	"bellwether/casework/clearance"
	"bellwether/dashboard/page"
	"bellwether/internal/access"
)

// leads says whether a person is one of those who clear lists of destinations. Where nobody was chosen, everybody with the right is.
func leads(q *page.Request, userID string) bool {
	return q.Config.Leads == nil || q.Config.Leads(userID)
}

// blindTo says whether a case that is hidden from a person concerns one of the providers, or one that was opened after a moment does: a
// list that such a person cleared, or cleared before, must not be taken for looked at. It never says which.
func blindTo(q *page.Request, userID string, since time.Time, providers []string) (bool, error) {
	all, err := q.Config.Casework.All(q.R.Context())
	if err != nil {
		return false, err
	}
	for _, c := range all {
		if c.ProviderID == "" || !slices.Contains(providers, c.ProviderID) || !c.Open(q.Config.Casework.Pathway()) {
			continue
		}
		res := access.Resource{Class: access.ClassB, Kind: access.Case, ID: c.ID, CaseID: c.ID, ProviderID: c.ProviderID}
		if q.Config.Facts != nil {
			if res, err = q.Config.Facts.About(q.R.Context(), res); err != nil {
				return false, err
			}
		}
		if res.Restricted == "" {
			continue
		}
		if !slices.Contains(res.Named, userID) || !since.IsZero() && c.OpenedAt.After(since) {
			return true, nil
		}
	}
	return false, nil
}

// stillHolds says whether a clearance can be relied on: whoever gave it knew, and still may know, of every case about the homes that it
// kept, and none was opened since.
func stillHolds(q *page.Request, c clearance.Clearance, o outlook) (bool, error) {
	var providers []string
	for _, s := range o.Spare {
		if slices.Contains(c.Kept, s.LocationID) && !slices.Contains(providers, s.ProviderID) {
			providers = append(providers, s.ProviderID)
		}
	}
	if !leads(q, c.By) {
		return false, nil
	}
	blind, err := blindTo(q, c.By, c.At, providers)
	return !blind, err
}
