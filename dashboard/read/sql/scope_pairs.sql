-- Every provider with each area that it is in, which decide about who may see it.
SELECT provider_id, coalesce(local_authority, '') AS area FROM core.provider
UNION
SELECT provider_id, coalesce(local_authority, '') FROM core.location WHERE coalesce(provider_id, '') <> ''
ORDER BY 1, 2
