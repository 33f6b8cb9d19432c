SELECT provider_name, coalesce(cqc_location_id, ''), coalesce(provider_postcode, ''), records, place, coalesce(location_id, ''), coalesce(provider_id, ''), candidate,
       score::DOUBLE, margin::DOUBLE, same_postcode
FROM core.match_candidate
ORDER BY records DESC, provider_name, cqc_location_id, provider_postcode, place
