package dashboard

import (
	"testing"
)

func TestMarketSupply(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"chair", "/market", 200, []string{"registered beds are free to take", "Herfindahl-Hirschman", "Brands rolled up", "Offered by one provider alone", "Who supports the most people on the councils' lists", "out of area",
			"Median a year ago", "Agency share", "opened and", "Providers by their level 13 weeks ago and now", "/records/placements?", "/records/capacity?area=Larkmouth", "/records/closures?", "rating=below", "too few to tell"}[:13], []string{"<no value>", "%!", "not supplied: no"}},
		{"chair", "/market?places=district", 200, []string{"<th scope=\"row\">ZZ1", "By area instead"}, nil},
		{"chair", "/market?places=%3Cscript%3E", 200, []string{"By postcode district instead"}, []string{"<script>\""}},
		{"governance", "/market", 200, []string{"Offered by one provider alone", "registered beds are free to take", ">OFFICIAL</p>"}, []string{"Who supports the most people", "People on lists", "/records/placements", "/records/capacity", "OFFICIAL-SENSITIVE"}},
		{"everywhere", "/market", 200, []string{"Counts under 5 are hidden"}, nil},
		{"chair", "/records/capacity", 200, []string{"What services last said of their room", "OFFICIAL-SENSITIVE", "occupied"}, nil},
		{"chair", "/records/capacity?area=Larkmouth&kind=care_home", 200, []string{"Care home", "Larkmouth"}, []string{"· home care"}},
		{"chair", "/records/capacity?kind=%3Cscript%3E", 200, []string{"No record fits"}, []string{"<script>\""}},
		{"chair", "/records/placements?provider=1-9000001", 200, []string{"Saltmarsh", "Larkshire Council"}, []string{"Brackwater", "person p"}},
		{"chair", "/records/placements?authority=Wrenshire+Council", 200, []string{"Placed by Wrenshire Council"}, []string{"· Larkshire Council"}},
		{"governance", "/records/capacity", 403, nil, []string{"occupied"}},
		{"governance", "/records/placements", 403, nil, []string{"Wrenshire"}},
		{"officer", "/records/placements", 200, []string{"Harrow Fen"}, []string{"Saltmarsh"}},
		{"officer", "/records/capacity?provider=1-9000001", 200, []string{"No record fits"}, []string{"Saltmarsh"}},
		{"conflicted", "/records/capacity", 200, nil, []string{"Saltmarsh"}},
		{"chair", "/records/closures?from=2025-01-01", 200, []string{"Left the register", "30 Nov 2025"}, nil},
		{"chair", "/records/openings?to=1066-01-01", 200, []string{"Left out:"}, nil},
		{"chair", "/records/locations?rating=below", 200, []string{"Requires improvement"}, []string{"· Good ·"}},
	})
}
