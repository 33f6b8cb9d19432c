package cqc

import (
	"slices"
	"strconv"
	"strings"

	"bellwether/ingest/decode"
	"bellwether/ingest/tabular"
)

// register reads CQC's downloadable lists of locations: active ones, deactivated ones, the weekly directory with its lines above the
// header, and the extracts of these that people keep. Which of them a file is, its headings say.
var register = tabular.Spec{
	Table:  "cqc_register_file",
	Needed: []string{"local_authority"}, // the sheet of dual registrations lacks it: that is not the list
	Gather: []tabular.Gather{
		{Prefix: "service type", Field: "service_types"},
		{Prefix: "service user band", Field: "specialisms"},
		{Prefix: "regulated activity", Field: "regulated_activities"},
	},
	Present:  []string{"manager_present", "dual_registered"},
	ByHeader: kindOfRegister,
}

// The lists of locations.
const (
	activeList      = "active"
	deactivatedList = "deactivated"
	directoryList   = "directory"
)

// kindOfRegister tells the lists apart by the headings that only one of them has.
func kindOfRegister(headings []string) func(cells []string, field func(string) int) {
	list := directoryList
	for _, h := range headings {
		switch decode.NormaliseHeader(h) {
		case "location hsca end date":
			list = deactivatedList
		case "location hsca start date":
			if list == directoryList {
				list = activeList
			}
		}
	}
	return func(cells []string, field func(string) int) {
		set := func(name, v string) { cells[field(name)] = v }
		get := func(name string) string { return cells[field(name)] }
		set("register", list)
		set("location_id", strings.ToUpper(get("location_id")))
		set("provider_id", strings.ToUpper(get("provider_id")))
		// An extract may hold both kinds: a row without an end is registered.
		set("registration_status", "Registered")
		if get("deregistration_date") != "" {
			set("registration_status", "Deregistered")
		}
		set("service_types", inWordsOfTheAPI(get("service_types")))
		if get("care_home") == "" && get("service_types") != "" {
			set("care_home", strconv.FormatBool(careHome(get("service_types"))))
		}
		// Without a rating some extracts repeat the day of registration where the day of a rating would stand.
		if r := get("rating"); r == "" || strings.EqualFold(r, "Not Rated") || strings.EqualFold(r, "No published rating") {
			set("publication_date", "")
		}
	}
}

// apiNames are the names by which CQC's API knows the service types that the lists describe.
var apiNames = map[string]string{
	"care home service with nursing": "Nursing homes", "care home service without nursing": "Residential homes", "domiciliary care service": "Homecare agencies",
	"supported living service": "Supported living", "extra care housing services": "Supported housing", "shared lives": "Shared lives",
}

func inWordsOfTheAPI(types string) string {
	if types == "" {
		return ""
	}
	var out []string
	for t := range strings.SplitSeq(types, "|") {
		t = decode.Trim(t)
		if name, ok := apiNames[decode.NormaliseHeader(t)]; ok {
			t = name
		}
		if t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return strings.Join(out, "|")
}

func careHome(types string) bool {
	return strings.Contains(types, "Nursing homes") || strings.Contains(types, "Residential homes")
}
