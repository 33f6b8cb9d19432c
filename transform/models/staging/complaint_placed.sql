-- Complaint versions with the location they belong to today.
SELECT r.* EXCLUDE (recorded_on, service, method, lgsco_ref), v.version_no, v.file_received_on, v.known_from, v.known_basis, v.known_to, x.placed_location_id, x.placed_provider_id, x.match_basis
FROM staging.complaint_version v
JOIN raw.complaint r ON r.rowid = v.row_id
LEFT JOIN staging.name_placed x ON x.provider_name IS NOT DISTINCT FROM v.provider_name AND x.cqc_location_id IS NOT DISTINCT FROM v.cqc_location_id
    AND x.provider_postcode IS NOT DISTINCT FROM v.provider_postcode
