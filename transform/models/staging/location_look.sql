-- One row per location in scope and weekly look: every indicator as known at the end of that week. NULL is unknown, never nought:
-- a count is nought only where its feed had spoken by then. A service is looked at from its opening until two years after it stopped: by then
-- nothing that counts for a while counts any longer, and a register holds more places that have closed than places that are open.
-- by place: staging.scope(location_id), staging.look_concern(location_id), staging.look_repetition(location_id), staging.look_enquiry(location_id), staging.look_complaint(location_id), staging.look_rating(location_id), staging.look_manager(location_id)
WITH spoke AS (
    SELECT (SELECT min(known_from) FROM staging.concern_version) AS concerns_from,
           (SELECT min(known_from) FROM staging.enquiry_version) AS enquiries_from,
           (SELECT min(known_from) FROM staging.complaint_version) AS complaints_from
)
SELECT s.location_id, s.provider_id, s.brand_id, s.service_kind, s.exposure, s.exposure_basis, k.week, k.ends_on,
       s.registered_beds AS beds,
       r.rating_overall, r.rating_previous, CASE WHEN r.rating_overall IS NOT NULL THEN coalesce(r.rating_direction, 0) END AS rating_direction, r.rating_change_days, r.rating_age_days,
       CASE WHEN s.location_id LIKE 'LOCAL-%' THEN NULL WHEN r.rating_overall IS NULL THEN 1 ELSE 0 END AS rating_never,
       r.rating_safe, r.safe_change_days, r.key_questions_inadequate, r.key_questions_ri, r.key_question_change_days,
       CASE WHEN m.absent_from IS NOT NULL THEN date_diff('day', m.absent_from, k.ends_on) WHEN b.manager_known_from <= k.ends_on THEN 0 END AS manager_absent_days,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(c.concerns_12w, 0) END AS concerns_12w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(c.concerns_26w, 0) END AS concerns_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(c.concerns_52w, 0) END AS concerns_52w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(c.concerns_unknown_12w, 0) END AS concerns_unknown_12w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(c.distinct_adults_12w, 0) END AS distinct_adults_12w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(c.distinct_staff_26w, 0) END AS distinct_staff_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(p.theme_adults_26w, 0) END AS theme_adults_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(p.theme_share_26w, 0) END AS theme_share_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(p.staff_repeat_26w, 0) END AS staff_repeat_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(p.staff_repeat_adults_26w, 0) END AS staff_repeat_adults_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(p.adult_repeat_26w, 0) END AS adult_repeat_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(c.concerns_severe_26w, 0) END AS concerns_severe_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(c.concern_sources_26w, 0) END AS concern_sources_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on THEN coalesce(c.concerns_self_reported_26w, 0) END AS concerns_self_reported_26w,
       CASE WHEN spoke.concerns_from <= k.ends_on AND spoke.enquiries_from <= k.ends_on THEN coalesce(p.theme_returns_26w, 0) END AS theme_returns_26w,
       c.conversion_share_52w,
       CASE WHEN spoke.enquiries_from <= k.ends_on THEN coalesce(e.enquiries_12w, 0) END AS enquiries_12w,
       CASE WHEN spoke.enquiries_from <= k.ends_on THEN coalesce(e.enquiries_52w, 0) END AS enquiries_52w,
       CASE WHEN spoke.complaints_from <= k.ends_on THEN coalesce(q.complaints_12w, 0) END AS complaints_12w,
       CASE WHEN spoke.complaints_from <= k.ends_on THEN coalesce(q.complaints_26w, 0) END AS complaints_26w,
       CASE WHEN spoke.complaints_from <= k.ends_on THEN coalesce(q.complaints_52w, 0) END AS complaints_52w,
       CASE WHEN spoke.complaints_from <= k.ends_on THEN coalesce(q.complaints_upheld_52w, 0) END AS complaints_upheld_52w,
       CASE WHEN spoke.complaints_from <= k.ends_on THEN coalesce(q.complaint_theme_repeat_52w, 0) END AS complaint_theme_repeat_52w,
       CASE WHEN s.open_to IS NOT NULL AND s.open_to <= k.ends_on THEN 1 ELSE 0 END AS service_stopped,
       CASE WHEN s.open_to IS NOT NULL AND s.open_to <= k.ends_on THEN date_diff('day', s.open_to, k.ends_on) END AS stopped_days
FROM staging.scope s
CROSS JOIN staging.look k
CROSS JOIN spoke
LEFT JOIN staging.look_concern c ON c.location_id = s.location_id AND c.week = k.week
LEFT JOIN staging.look_repetition p ON p.location_id = s.location_id AND p.week = k.week
LEFT JOIN staging.look_enquiry e ON e.location_id = s.location_id AND e.week = k.week
LEFT JOIN staging.look_complaint q ON q.location_id = s.location_id AND q.week = k.week
LEFT JOIN staging.look_rating r ON r.location_id = s.location_id AND r.week = k.week
LEFT JOIN staging.look_manager m ON m.location_id = s.location_id AND m.week = k.week
LEFT JOIN (SELECT location_id, min(known_from) AS manager_known_from FROM staging.location_version WHERE manager_count IS NOT NULL GROUP BY location_id) b ON b.location_id = s.location_id
WHERE (s.open_from IS NULL OR s.open_from <= k.ends_on) AND (s.open_to IS NULL OR s.open_to > k.ends_on - 728)
