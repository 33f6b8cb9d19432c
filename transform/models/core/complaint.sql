-- The newest version of every complaint.
SELECT v.complaint_ref AS complaint_id, v.placed_location_id AS location_id, v.placed_provider_id AS provider_id,
       v.received_on, date_trunc('week', v.received_on)::DATE AS week, v.theme,
       CASE WHEN v.outcome IN ('upheld', 'partially_upheld', 'not_upheld', 'withdrawn', 'open') THEN v.outcome
            WHEN v.outcome IS NOT NULL THEN 'unknown' WHEN v.closed_on IS NULL THEN 'open' END AS outcome,
       v.closed_on, v.stage, v.complainant_type AS complainant, first_version.known_from, first_version.known_basis, v.match_basis, v.load_id, v.row_no
FROM staging.complaint_placed v
JOIN staging.complaint_version first_version ON first_version.complaint_ref = v.complaint_ref AND first_version.version_no = 1
WHERE v.known_to IS NULL
ORDER BY v.received_on, v.complaint_ref
