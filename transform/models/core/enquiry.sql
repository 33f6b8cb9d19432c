-- The newest version of every section 42 enquiry. Enquiries come from concerns and are never added to them.
SELECT v.enquiry_ref AS enquiry_id, v.concern_ref AS concern_id, v.placed_location_id AS location_id, v.placed_provider_id AS provider_id,
       v.started_on, date_trunc('week', v.started_on)::DATE AS week, v.concluded_on, v.outcome, v.risk_outcome,
       coalesce(v.risk_attribution, 'unknown_source') AS attribution, v.abuse_types, split_part(v.abuse_types, '; ', 1) AS theme,
       v.adult_ref, v.alleged_ref, v.placing_authority, first_version.known_from, first_version.known_basis, v.match_basis, v.load_id, v.row_no
FROM staging.enquiry_placed v
JOIN staging.enquiry_version first_version ON first_version.enquiry_ref = v.enquiry_ref AND first_version.version_no = 1
WHERE v.known_to IS NULL
ORDER BY v.started_on, v.enquiry_ref
