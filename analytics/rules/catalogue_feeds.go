package rules

// feeds declares what the feeds beside the register, concerns, enquiries and
// complaints say, who raises concerns, and what happens at sister homes. What a
// provider reports of itself counts like anything else and lowers nothing.
var feeds = []Indicator{
	{"concerns_family_26w", onLocation, Safeguarding, Count, "concerns", "Concerns of the last 26 weeks raised by the adult, their family or friends."},
	{"concerns_professional_26w", onLocation, Safeguarding, Count, "concerns", "Concerns of the last 26 weeks raised by health, social care and other professionals."},
	{"concerns_whistleblower_26w", onLocation, Safeguarding, Count, "concerns", "Concerns of the last 26 weeks recorded as raised by a whistle-blower."},
	{"concerns_police_26w", onLocation, Safeguarding, Count, "concerns", "Concerns of the last 26 weeks raised by the police."},
	{"concerns_cqc_26w", onLocation, Safeguarding, Count, "concerns", "Concerns of the last 26 weeks raised by CQC."},
	{"themes_26w", onLocation, Safeguarding, Count, "themes", "Different themes among concerns of the last 26 weeks."},
	{"complaints_upheld_share_52w", onLocation, Complaints, Share, "", "Share of the last 52 weeks' complaints upheld in full or in part; unknown where there is none."},

	{"feedback_12w", onLocation, Complaints, Count, "people", "People who gave CQC feedback on the service in periods of the last 12 weeks, by the counts CQC shares; unknown without such a list."},
	{"feedback_concern_12w", onLocation, Complaints, Count, "people", "People who told CQC of a concern or a poor experience in periods of the last 12 weeks."},

	{"incidents_12w", onLocation, Incidents, Count, "incidents", "Incidents of the last 12 weeks that the provider reported itself."},
	{"incidents_26w", onLocation, Incidents, Count, "incidents", "Incidents of the last 26 weeks that the provider reported itself."},
	{"incidents_serious_26w", onLocation, Incidents, Count, "incidents", "Self-reported incidents of the last 26 weeks with severe harm or death."},
	{"notifications_52w", onLocation, Incidents, Count, "notifications", "Statutory notifications among the last 52 weeks' incidents."},
	{"incidents_late_52w", onLocation, Incidents, Count, "incidents", "Incidents of the last 52 weeks reported more than a week after they happened."},
	{"funnel_z_incidents", onLocation, Incidents, Score, "", "Self-reported incidents of 12 weeks against similar services of that size, in over-dispersed standard deviations; a high place may mean open reporting."},

	{"visit_age_days", onLocation, Quality, Days, "", "Days since the latest quality visit."},
	{"visit_below_good", onLocation, Quality, YesNo, "", "Whether the latest quality visit found the service below good."},
	{"visit_poor", onLocation, Quality, YesNo, "", "Whether the latest quality visit found the service poor."},
	{"visit_domains_low", onLocation, Quality, Count, "areas", "Areas of five that the latest quality visit found below good."},
	{"visit_direction", onLocation, Quality, Step, "", "Whether the latest quality visit found less, as much or more than the one before."},
	{"visit_overdue_days", onLocation, Quality, Days, "", "Days by which the next quality visit is overdue; 0 while it is not."},
	{"actions_open", onLocation, Quality, Count, "actions", "Actions of improvement plans that are not done yet."},
	{"actions_overdue", onLocation, Quality, Count, "actions", "Actions of improvement plans past their day and not done."},
	{"action_overdue_days", onLocation, Quality, Days, "", "Days by which the oldest action of an improvement plan is overdue; 0 while none is."},
	{"action_returns_52w", onLocation, Quality, Count, "actions", "Actions agreed in the last 52 weeks on a theme on which an earlier action had been completed."},

	{"beds_occupied", onLocation, Context, Count, "beds", "Beds occupied, as the service last said."},
	{"people_supported", onLocation, Context, Count, "people", "People supported, as the service last said."},
	{"hours_placed", onLocation, Context, Count, "hours", "Weekly hours of care that authorities buy here, by the placements list."},
	{"occupancy_share", onLocation, Capacity, Share, "", "Share of beds occupied, as the service last said."},
	{"occupancy_fall_26w", onLocation, Capacity, Share, "", "Share of all beds by which occupancy fell since the oldest update of the last 26 weeks; unknown without two updates four weeks apart."},
	{"admissions_closed", onLocation, Capacity, YesNo, "", "Whether the service last said that it takes nobody new."},
	{"capacity_age_days", onLocation, Capacity, Days, "", "Days since the service's latest capacity update."},
	{"capacity_missed", onLocation, Capacity, Count, "monthly windows", "Monthly windows for a capacity update missed in a row up to the latest one judged."},
	{"people_placed", onLocation, Placements, Count, "people", "People whom authorities place here now, by the placements list."},
	{"people_placed_before", onLocation, Placements, Count, "people", "People whom authorities placed here 26 weeks ago, by the same list."},

	{"intelligence_26w", onHomes, Intelligence, Count, "pieces of intelligence", "Worrying intelligence of the last 26 weeks that is confirmed or likely and in no other feed; a provider's is what names none of its locations."},
	{"intelligence_sources_26w", onHomes, Intelligence, Count, "sources", "Different kinds of sources among that intelligence."},
	{"intelligence_confirmed_26w", onHomes, Intelligence, Count, "pieces of intelligence", "Pieces of that intelligence that are confirmed."},

	{"charges_365d", onProvider, Finance, Count, "charges", "Charges over the company's property registered in the last 365 days."},
	{"dissolved_days", onProvider, Finance, Days, "", "Days since the company was dissolved."},
	{"contracts_ended_early_365d", onProvider, Contracts, Count, "contracts", "Care contracts that became known in the last 365 days to have been handed back, ended early or cancelled."},
	{"spend_fall_share", onProvider, Placements, Share, "", "Share by which published spending of the last three months lies below the three before; unknown until six months are published."},
	{"provider_people_placed", onProvider, Placements, Count, "people", "People whom authorities place with the provider now, at all locations."},
	{"placements_fall_share", onProvider, Placements, Share, "", "Share by which the number of people placed with the provider fell in 26 weeks; unknown where fewer than five had been."},
	{"ombudsman_upheld_730d", onProvider, Complaints, Count, "decisions", "Ombudsman decisions against the provider upheld in the last two years."},
	{"homes_occupancy_low", onProvider, Capacity, Count, "locations", "Registered locations with under seven in ten beds occupied."},
	{"risk_signs", onProvider, Finance, Count, "signs", "Signs of failure risk from different records: late accounts, strike-off, a new charge, contracts ended early, falling placements, falling spend, low occupancy. Each unknown one counts as none."},

	{"sister_homes", onLocation, Group, Count, "homes", "Other registered locations of the same brand, or of the same provider where there is no brand."},
	{"sister_homes_elevated", onLocation, Group, Count, "homes", "Of those, locations above a statistical limit, newly rated lower or rated Inadequate at this look."},
	{"brand_beds", onBrand, Context, Count, "beds", "Beds registered at the group's locations."},
}
