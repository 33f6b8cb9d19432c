SELECT location_id, provider_id FROM (
    SELECT location_id, coalesce(provider_id, '') AS provider_id FROM core.location WHERE location_id = $1
    UNION ALL
    SELECT '', provider_id FROM core.provider WHERE provider_id = $1)
LIMIT 1
