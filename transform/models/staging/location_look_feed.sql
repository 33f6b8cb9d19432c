-- What the feeds beside concerns, enquiries, complaints and the register said of each location by each look, and who raised its concerns.
-- NULL is unknown: a count is nought only where its feed had spoken by then, of anybody for what is reported when it happens, and of
-- that place for what is reported of a place.
-- by place: staging.scope(location_id), staging.look_concern(location_id), staging.look_repetition(location_id), staging.look_incident(location_id), staging.look_visit(location_id), staging.look_action(location_id), staging.look_capacity(location_id), staging.look_placement(location_id), staging.look_feedback(location_id), staging.look_intelligence(location_id)
WITH spoke AS (
    SELECT (SELECT min(known_from) FROM staging.concern_version) AS concerns_from,
           (SELECT min(known_from) FROM core.incident) AS incidents_from,
           (SELECT min(known_from) FROM core.placement) AS placements_from,
           (SELECT min(known_from) FROM staging.intelligence_version) AS intelligence_from
)
SELECT s.location_id, k.week,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(r.concerns_family_26w, 0) END AS concerns_family_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(r.concerns_professional_26w, 0) END AS concerns_professional_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(r.concerns_whistleblower_26w, 0) END AS concerns_whistleblower_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(r.concerns_police_26w, 0) END AS concerns_police_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(r.concerns_cqc_26w, 0) END AS concerns_cqc_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(t.themes_26w, 0) END AS themes_26w,
       CASE WHEN spoke.incidents_from <= k.ends_on THEN coalesce(i.incidents_12w, 0) END AS incidents_12w,
       CASE WHEN spoke.incidents_from <= k.ends_on THEN coalesce(i.incidents_26w, 0) END AS incidents_26w,
       CASE WHEN spoke.incidents_from <= k.ends_on THEN coalesce(i.incidents_serious_26w, 0) END AS incidents_serious_26w,
       CASE WHEN spoke.incidents_from <= k.ends_on THEN coalesce(i.notifications_52w, 0) END AS notifications_52w,
       CASE WHEN spoke.incidents_from <= k.ends_on THEN coalesce(i.incidents_late_52w, 0) END AS incidents_late_52w,
       v.visit_age_days, v.visit_below_good, v.visit_poor, v.visit_domains_low, v.visit_direction, v.visit_overdue_days,
       a.actions_open, a.actions_overdue, a.action_overdue_days, a.action_returns_52w,
       c.beds_occupied, c.occupancy_share, c.occupancy_fall_26w, c.people_supported, c.admissions_closed, c.capacity_age_days, c.capacity_missed,
       CASE WHEN spoke.placements_from <= k.ends_on THEN coalesce(p.people_placed, 0) END AS people_placed,
       CASE WHEN spoke.placements_from <= k.ends_on THEN coalesce(p.people_placed_before, 0) END AS people_placed_before,
       CASE WHEN spoke.placements_from <= k.ends_on THEN coalesce(p.hours_placed, 0) END AS hours_placed,
       CASE WHEN heard.week IS NOT NULL THEN coalesce(f.feedback_12w, 0) END AS feedback_12w,
       CASE WHEN heard.week IS NOT NULL THEN coalesce(f.feedback_concern_12w, 0) END AS feedback_concern_12w,
       CASE WHEN spoke.intelligence_from <= k.ends_on THEN coalesce(n.intelligence_26w, 0) END AS intelligence_26w,
       CASE WHEN spoke.intelligence_from <= k.ends_on THEN coalesce(n.intelligence_sources_26w, 0) END AS intelligence_sources_26w,
       CASE WHEN spoke.intelligence_from <= k.ends_on THEN coalesce(n.intelligence_confirmed_26w, 0) END AS intelligence_confirmed_26w
FROM staging.scope s
CROSS JOIN staging.look k
CROSS JOIN spoke
LEFT JOIN (SELECT DISTINCT week FROM staging.cqc_feedback_version v JOIN staging.look k ON v.period_to <= k.ends_on AND v.period_to > k.ends_on - 84 AND v.known_from <= k.ends_on) heard
    ON heard.week = k.week
LEFT JOIN staging.look_concern r ON r.location_id = s.location_id AND r.week = k.week
LEFT JOIN staging.look_repetition t ON t.location_id = s.location_id AND t.week = k.week
LEFT JOIN staging.look_incident i ON i.location_id = s.location_id AND i.week = k.week
LEFT JOIN staging.look_visit v ON v.location_id = s.location_id AND v.week = k.week
LEFT JOIN staging.look_action a ON a.location_id = s.location_id AND a.week = k.week
LEFT JOIN staging.look_capacity c ON c.location_id = s.location_id AND c.week = k.week
LEFT JOIN staging.look_placement p ON p.location_id = s.location_id AND p.week = k.week
LEFT JOIN staging.look_feedback f ON f.location_id = s.location_id AND f.week = k.week
LEFT JOIN staging.look_intelligence n ON n.location_id = s.location_id AND n.week = k.week
WHERE (s.open_from IS NULL OR s.open_from <= k.ends_on) AND (s.open_to IS NULL OR s.open_to > k.ends_on - 728)
