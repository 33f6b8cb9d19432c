-- The areas that one provider is in.
SELECT provider_id, coalesce(local_authority, '') AS area FROM core.provider WHERE provider_id = $provider
UNION
SELECT provider_id, coalesce(local_authority, '') FROM core.location WHERE provider_id = $provider
ORDER BY 1, 2
