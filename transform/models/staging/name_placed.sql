-- Each way in which a name is given, with the location and the provider it belongs to today: history follows a re-registration.
SELECT x.provider_name, x.cqc_location_id, x.provider_postcode, coalesce(l.current_location_id, x.location_id) AS placed_location_id,
       coalesce(cl.provider_id, x.provider_id) AS placed_provider_id, x.basis AS match_basis
FROM core.crosswalk x
LEFT JOIN core.location l ON l.location_id = x.location_id
LEFT JOIN core.location cl ON cl.location_id = coalesce(l.current_location_id, x.location_id)
