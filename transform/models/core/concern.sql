-- The newest version of every safeguarding concern. A concern counts towards a provider only where attribution = 'provider': the
-- recorded source of risk is the provider, its staff or its service.
SELECT v.concern_ref AS concern_id, v.placed_location_id AS location_id, v.placed_provider_id AS provider_id,
       v.received_on, coalesce(v.recorded_on, v.file_received_on) AS recorded_on, date_trunc('week', v.received_on)::DATE AS week,
       CASE WHEN v.decision IS NULL THEN 'pending' WHEN v.decision IN ('s42', 'other_enquiry', 'no_enquiry', 'pending') THEN v.decision ELSE 'unknown' END AS decision, coalesce(v.risk_attribution, 'unknown_source') AS attribution,
       v.abuse_types, split_part(v.abuse_types, '; ', 1) AS theme, v.location_of_risk, v.source_of_risk,
       v.adult_ref, v.alleged_ref, v.placing_authority, v.referrer, v.severity::INTEGER AS severity,
       first_version.known_from, first_version.known_basis, v.match_basis, v.load_id, v.row_no
FROM staging.concern_placed v
JOIN staging.concern_version first_version ON first_version.concern_ref = v.concern_ref AND first_version.version_no = 1
WHERE v.known_to IS NULL
ORDER BY v.received_on, v.concern_ref
