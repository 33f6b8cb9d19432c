package words

import "strings"

// labels gives the words for codes that the warehouse stores.
var labels = map[string]string{
	"request_open":     "open",
	"request_built":    "made, waits for a second person",
	"request_signed":   "confirmed by a second person",
	"request_answered": "answered",

	"care_home_nursing": "care home with nursing",
	"care_home":         "care home",
	"home_care":         "home care",
	"supported_living":  "supported living",
	"extra_care":        "extra care",
	"shared_lives":      "shared lives",
	"other":             "other service",

	"cqc_api":                "CQC register",
	"cqc_ratings":            "CQC ratings",
	"cqc_register_files":     "CQC lists of locations",
	"safeguarding_concerns":  "Safeguarding concerns",
	"safeguarding_enquiries": "Section 42 enquiries",
	"complaints":             "Complaints",
	"contracts_ocds":         "Contract notices",
	"contracts_register":     "Contracts register",
	"company_events":         "Company events",
	"placements":             "Placements",
	"placement_returns":      "Providers' lists of placements",
	"capacity":               "Capacity",
	"incidents":              "Provider incidents and notifications",
	"quality_visits":         "Quality visits",
	"quality_actions":        "Action plans",
	"lgsco_decisions":        "Ombudsman decisions",
	"cqc_feedback":           "CQC feedback counts",
	"intelligence":           "Intelligence",
	"local_register":         "Local register",
	"companies_house":        "Companies House",
	"spend":                  "Spending over £500",

	"day_service":           "day service",
	"accommodation_based":   "accommodation-based support",
	"advice_information":    "advice and information",
	"community_support":     "community support",
	"out_of_area_care_home": "care home out of area",
	"not_rated_by_cqc":      "not rated by CQC",

	"council": "the council", "joint_nhs": "the council and the NHS together", "nhs": "the NHS", "other_authority": "another council",
	"self_funded_arranged": "the person, arranged by the council", "direct_payment": "the person, by direct payment", "not_known": "not known to the council",
	"low": "low", "moderate": "moderate", "high": "high", "one_to_one": "one to one",

	"s42":           "section 42 enquiry",
	"other_enquiry": "other enquiry",
	"no_enquiry":    "no enquiry",
	"pending":       "pending",

	"provider":             "provider or its staff",
	"unknown_source":       "source not known",
	"raised_by_provider":   "raised by the provider",
	"others_at_address":    "someone else at the address",
	"resident_on_resident": "another resident",

	"rated":         "rated",
	"stale":         "rating is old",
	"never_rated":   "never rated",
	"not_rated_yet": "not rated yet",

	"upheld":           "upheld",
	"partially_upheld": "partly upheld",
	"not_upheld":       "not upheld",
	"withdrawn":        "withdrawn",
	"open":             "open",
	"cleared":          "cleared",
	"waiting":          "waiting for a second source",

	"administration":              "administration",
	"receivership":                "receivership",
	"administrative_receivership": "administrative receivership",
	"cvl":                         "creditors' voluntary liquidation",
	"winding_up_order":            "winding-up order",
	"voluntary_arrangement":       "voluntary arrangement",
	"accounts_overdue":            "accounts overdue",
	"charge_created":              "charge created",
	"strike_off_proposed":         "strike-off proposed",
	"dissolved":                   "dissolved",

	"bad_header":    "the heading row isn't what was agreed",
	"bad_date":      "a date can't be read",
	"bad_number":    "a number can't be read",
	"unknown_code":  "a code isn't in the agreed list",
	"missing_value": "a required value is missing",
	"too_long":      "a value is too long",
	"bad_encoding":  "characters can't be read",
	"shifted_row":   "the row's cells are in the wrong columns",
	"duplicate_key": "the reference appears twice in the file",
	"truncated":     "the file ends early",
	"unusual_count": "the number of rows is outside the source's own history",
	"wrong_type":    "a value is of the wrong kind",

	"safeguarding": "safeguarding",
	"cqc":          "CQC",
	"contracts":    "contracts",
	"finance":      "finance",
	"quality":      "quality visits",
	"group":        "group",

	"run_running": "under way", "run_broken": "broken off", "run_published": "published", "run_published_warned": "published, with warnings", "run_loaded": "taken in, not published",
	"run_failed": "failed", "run_interrupted": "stopped on purpose",
	"run_no_space": "the disk is full", "run_disk": "the disk reports errors", "run_damaged": "a file is not what was written", "run_check": "a check of the finished tables found rows",
	"run_engine": "the database engine failed twice running", "run_other": "an error that is told below",

	"fresh": "fresh", "late": "late", "never": "no data yet", "failing": "failing",
	"hard": "stands alone", "soft": "needs a second source",
	"source": "the source's own date", "received": "the date received",
}

// fixes says what a person does about each quarantine reason.
var fixes = map[string]string{
	"bad_header":    "Compare the file's headings with the mapping; a renamed column is added to the mapping, then the rows are replayed.",
	"bad_date":      "Ask the sender for dates as day/month/year or year-month-day, or set the date format in the mapping.",
	"bad_number":    "Ask for plain numbers without units or notes in the cell.",
	"unknown_code":  "Add the code to the value map if it is genuine, then replay the rows.",
	"missing_value": "Ask the sender to fill the column; a row without it can't be placed.",
	"too_long":      "Check for free text in a coded column.",
	"bad_encoding":  "Ask for the file saved as UTF-8.",
	"shifted_row":   "Look for an unquoted comma or a line break in a cell of that row.",
	"duplicate_key": "Decide which row is right and ask for a corrected extract.",
	"truncated":     "Ask for the file again: it stopped part-way.",
	"unusual_count": "Ask the sender whether the file is whole. If it is, accept it with bellwether ingest accept and the load's id.",
	"wrong_type":    "Check that the column holds one kind of value.",
}

// Label gives the words for a stored code; a code without words is shown with its underscores as spaces.
func Label(code string) string {
	if s, ok := labels[code]; ok {
		return s
	}
	return strings.ReplaceAll(code, "_", " ")
}

// Fix says what a person does about a quarantine reason.
func Fix(code string) string {
	if s, ok := fixes[code]; ok {
		return s
	}
	return "Read the reason beside a row, correct it at its source, and replay."
}

// SourceName gives a source's title, falling back on its name.
func SourceName(name, title string) string {
	if title != "" {
		return title
	}
	return Capital(Label(name))
}
