package rules

var (
	onLocation = []UnitKind{UnitLocation}
	onProvider = []UnitKind{UnitProvider}
	onBrand    = []UnitKind{UnitBrand}
	onHomes    = []UnitKind{UnitLocation, UnitProvider}
)

// register declares the indicators of the register, of concerns, enquiries
// and complaints, and of the group. Concerns and enquiries are different units
// and are never added. Only concerns whose recorded source of risk is the
// provider, its staff or its service are counted, except where the name says
// otherwise.
var register = []Indicator{
	{"beds", onHomes, Context, Count, "beds", "Beds registered; unknown for services without beds."},

	{"rating_overall", onLocation, CQC, Rating, "", "Latest overall CQC rating."},
	{"rating_previous", onLocation, CQC, Rating, "", "Overall rating before the latest change; unknown where there was none."},
	{"rating_direction", onLocation, CQC, Step, "", "Direction of the latest change of the overall rating; 0 where there is no earlier rating."},
	{"rating_change_days", onLocation, CQC, Days, "", "Days since the latest change of the overall rating became known; unknown where it never changed."},
	{"rating_age_days", onLocation, CQC, Days, "", "Days since the latest overall rating was given."},
	{"rating_never", onLocation, CQC, YesNo, "", "Whether the location has never been rated."},
	{"rating_safe", onLocation, CQC, Rating, "", "Latest rating for the key question Safe."},
	{"key_questions_inadequate", onLocation, CQC, Count, "key questions", "Key questions rated Inadequate now."},
	{"key_questions_ri", onLocation, CQC, Count, "key questions", "Key questions rated Requires improvement now."},
	{"key_question_change_days", onLocation, CQC, Days, "", "Days since a key question that was rated better became known to be Inadequate."},
	{"safe_change_days", onLocation, CQC, Days, "", "Days since the latest change of the rating for Safe became known; unknown where it never changed."},
	{"manager_absent_days", onLocation, CQC, Days, "", "Days without a registered manager; 0 while there is one."},
	{"service_stopped", onLocation, CQC, YesNo, "", "Whether the location is no longer registered and no other registration carries it on."},
	{"stopped_days", onLocation, CQC, Days, "", "Days since the location stopped being registered."},

	{"concerns_12w", onLocation, Safeguarding, Count, "concerns", "Concerns received in the last 12 weeks."},
	{"concerns_26w", onLocation, Safeguarding, Count, "concerns", "Concerns received in the last 26 weeks."},
	{"concerns_52w", onLocation, Safeguarding, Count, "concerns", "Concerns received in the last 52 weeks."},
	{"concerns_unknown_12w", onLocation, Safeguarding, Count, "concerns", "Concerns of the last 12 weeks whose source of risk is not recorded; shown apart, never added to the others."},
	{"enquiries_12w", onLocation, Safeguarding, Count, "section 42 enquiries", "Section 42 enquiries started in the last 12 weeks."},
	{"enquiries_52w", onLocation, Safeguarding, Count, "section 42 enquiries", "Section 42 enquiries started in the last 52 weeks."},
	{"distinct_adults_12w", onLocation, Safeguarding, Count, "adults", "Different adults named in concerns of the last 12 weeks."},
	{"distinct_staff_26w", onLocation, Safeguarding, Count, "members of staff", "Different people alleged to have caused harm in concerns of the last 26 weeks."},
	{"theme_adults_26w", onLocation, Safeguarding, Count, "adults", "Most different adults under one theme in concerns of the last 26 weeks."},
	{"theme_share_26w", onLocation, Safeguarding, Share, "", "Share of the last 26 weeks' concerns that fall under their commonest theme."},
	{"staff_repeat_26w", onLocation, Safeguarding, Count, "concerns", "Most concerns of the last 26 weeks that name one and the same alleged person."},
	{"staff_repeat_adults_26w", onLocation, Safeguarding, Count, "adults", "Most different adults in concerns of the last 26 weeks that name one and the same alleged person."},
	{"adult_repeat_26w", onLocation, Safeguarding, Count, "concerns", "Most concerns of the last 26 weeks about one and the same adult."},
	{"theme_returns_26w", onLocation, Safeguarding, Count, "concerns", "Concerns of the last 26 weeks of a kind on which an enquiry had been concluded in the year before."},
	{"concerns_severe_26w", onLocation, Safeguarding, Count, "concerns", "Concerns of the last 26 weeks recorded as severe (3 or 4 of 4)."},
	{"concern_sources_26w", onLocation, Safeguarding, Count, "sources", "Different kinds of people and bodies, other than providers, who raised concerns in the last 26 weeks."},
	{"concerns_self_reported_26w", onLocation, Safeguarding, Count, "concerns", "Concerns of the last 26 weeks raised by a provider's own staff; they count like any other and lower nothing."},
	{"conversion_share_52w", onLocation, Safeguarding, Share, "", "Share of decided concerns of the last 52 weeks that led to a section 42 enquiry; unknown while none is decided."},
	{"funnel_z", onLocation, Safeguarding, Score, "", "Concerns of 12 weeks against similar services of that size, in over-dispersed standard deviations."},
	{"scan_score", onLocation, Safeguarding, Score, "", "Log evidence that concerns, complaints and incidents have risen above the home's own past."},

	{"complaints_12w", onLocation, Complaints, Count, "complaints", "Complaints received in the last 12 weeks."},
	{"complaints_52w", onLocation, Complaints, Count, "complaints", "Complaints received in the last 52 weeks."},
	{"complaints_upheld_52w", onLocation, Complaints, Count, "complaints", "Complaints of the last 52 weeks upheld in full or in part."},
	{"complaint_theme_repeat_52w", onLocation, Complaints, Count, "complaints", "Complaints received after an earlier one of the same theme was closed, last 52 weeks."},
	{"funnel_z_complaints", onLocation, Complaints, Score, "", "Complaints of 26 weeks against similar services of that size, in over-dispersed standard deviations."},

	{"company_failure", onProvider, Finance, YesNo, "", "Whether an event that SI 2015/301 counts as business failure is recorded."},
	{"company_failure_days", onProvider, Finance, Days, "", "Days since that event."},
	{"accounts_overdue_days", onProvider, Finance, Days, "", "Days by which the company's accounts are overdue."},
	{"strike_off_days", onProvider, Finance, Days, "", "Days since a strike-off was proposed."},
	{"running", onProvider, Finance, YesNo, "", "Whether at least one location is still registered."},
	{"locations_active", onProvider, Context, Count, "locations", "Locations registered now."},
	{"locations_inadequate", onProvider, CQC, Count, "locations", "Registered locations rated Inadequate overall."},
	{"locations_ri_or_worse", onProvider, CQC, Count, "locations", "Registered locations rated Requires improvement or Inadequate overall."},
	{"contracts_active", onProvider, Contracts, Count, "contracts", "Care contracts running now."},
	{"contracts_ending_90d", onProvider, Contracts, Count, "contracts", "Care contracts that end within 90 days."},

	{"brand_locations", onBrand, Group, Count, "homes", "Registered locations of the group."},
	{"brand_locations_elevated", onBrand, Group, Count, "homes", "Locations of the group above a statistical limit at this look."},
	{"brand_downgrades_26w", onBrand, Group, Count, "homes", "Locations of the group whose overall rating fell in the last 26 weeks."},
	{"brand_locations_share", onBrand, Group, Share, "", "Share of the group's locations above a limit or downgraded."},
}
