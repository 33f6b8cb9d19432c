-- Who funds whom, where, at what weekly cost and for what need. A package runs if it has begun, has not ended, and still stands on
-- the newest list: one that fell off the list without an end is left_list, counted apart and never taken for running. Lists that
-- arrive within a week are one delivery.
WITH newest AS (
    SELECT max(listed_on) AS listed_on FROM staging.placement_version
)
SELECT v.placement_ref AS placement_id, v.person_ref, v.placed_location_id AS location_id, v.placed_provider_id AS provider_id, v.provider_name,
       v.placing_authority, coalesce(v.service, 'other') AS service, v.need, v.support_level, v.funding,
       v.weekly_cost::DECIMAL(18,2) AS weekly_cost, v.weekly_hours::DECIMAL(18,2) AS weekly_hours, v.starts_on, v.ends_on, v.end_reason,
       coalesce(v.starts_on <= run.as_of AND (v.ends_on IS NULL OR v.ends_on > run.as_of) AND v.listed_on >= newest.listed_on - 6, false) AS is_current,
       (v.ends_on IS NULL OR v.ends_on > run.as_of) AND v.listed_on < newest.listed_on - 6 AS left_list,
       v.listed_on, first_version.known_from, 'received' AS known_basis, v.match_basis, v.load_id, v.row_no
FROM staging.placement_placed v
JOIN staging.placement_version first_version ON first_version.placement_ref = v.placement_ref AND first_version.version_no = 1
CROSS JOIN newest
CROSS JOIN staging.run run
ORDER BY v.placement_ref
