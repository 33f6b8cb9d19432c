-- What a person may name as meant: a service or a provider, by its id.
SELECT location_id, provider_id, name, postcode, area FROM (
    SELECT location_id, coalesce(provider_id, '') AS provider_id, name, coalesce(postcode, '') AS postcode, coalesce(local_authority, '') AS area
    FROM core.location WHERE upper(location_id) = upper($id)
    UNION ALL
    SELECT '', provider_id, name, coalesce(postcode, ''), coalesce(local_authority, '') FROM core.provider WHERE upper(provider_id) = upper($id))
LIMIT 1
