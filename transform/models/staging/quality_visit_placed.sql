-- The newest version of every quality visit with the location it belongs to today.
SELECT v.*, coalesce(l.current_location_id, x.location_id) AS placed_location_id,
       coalesce(cl.provider_id, x.provider_id) AS placed_provider_id, x.basis AS match_basis
FROM staging.quality_visit_version v
LEFT JOIN core.crosswalk x ON x.provider_name IS NOT DISTINCT FROM v.provider_name AND x.cqc_location_id IS NOT DISTINCT FROM v.cqc_location_id
    AND x.provider_postcode IS NOT DISTINCT FROM v.provider_postcode
LEFT JOIN core.location l ON l.location_id = x.location_id
LEFT JOIN core.location cl ON cl.location_id = coalesce(l.current_location_id, x.location_id)
WHERE v.is_newest
