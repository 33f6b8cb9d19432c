-- Incidents that providers reported themselves, per location and look, in the version known at the look. They count like any other
-- evidence and lower nothing.
WITH version AS (
    SELECT v.incident_ref, p.placed_location_id AS location_id, v.occurred_on, v.harm, coalesce(v.statutory, false) AS statutory,
           date_diff('day', v.occurred_on, v.reported_on) AS days_to_report,
           CASE WHEN v.version_no = 1 THEN least(coalesce(v.reported_on, v.first_received_on), v.first_received_on) ELSE v.file_received_on END AS known_from,
           lead(v.file_received_on) OVER (PARTITION BY v.incident_ref ORDER BY v.version_no) AS known_to
    FROM staging.incident_version v
    JOIN staging.incident_placed p ON p.incident_ref = v.incident_ref
    WHERE p.placed_location_id IS NOT NULL
)
SELECT v.location_id, k.week,
       count(*) FILTER (WHERE v.occurred_on > k.ends_on - 84) AS incidents_12w,
       count(*) FILTER (WHERE v.occurred_on > k.ends_on - 182) AS incidents_26w,
       count(*) FILTER (WHERE v.harm IN ('severe', 'death') AND v.occurred_on > k.ends_on - 182) AS incidents_serious_26w,
       count(*) FILTER (WHERE v.statutory) AS notifications_52w,
       count(*) FILTER (WHERE v.days_to_report > 7) AS incidents_late_52w
FROM version v
JOIN staging.look k ON v.occurred_on <= k.ends_on AND v.occurred_on > k.ends_on - 364
    AND v.known_from <= k.ends_on AND (v.known_to IS NULL OR v.known_to > k.ends_on)
GROUP BY v.location_id, k.week
