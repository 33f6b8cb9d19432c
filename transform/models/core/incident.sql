-- What providers reported themselves. Known from the day it was reported where the source says so, which its contract trusts; a stream
-- of its own, never added to concerns.
SELECT v.incident_ref AS incident_id, v.placed_location_id AS location_id, v.placed_provider_id AS provider_id, v.occurred_on, v.reported_on,
       date_trunc('week', v.occurred_on)::DATE AS week, coalesce(v.incident_type, 'other') AS incident_type, v.harm, coalesce(v.statutory, false) AS statutory,
       v.regulation, v.place, v.outcome, v.person_ref, v.staff_ref, date_diff('day', v.occurred_on, v.reported_on)::INTEGER AS days_to_report,
       least(coalesce(v.reported_on, v.first_received_on), v.first_received_on) AS known_from,
       CASE WHEN v.reported_on <= v.first_received_on THEN 'source' ELSE 'received' END AS known_basis, v.match_basis, v.load_id, v.row_no
FROM staging.incident_placed v
ORDER BY v.occurred_on, v.incident_ref
