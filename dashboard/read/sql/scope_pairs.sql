-- Every provider with each area that it is in and the name that it goes by, which decide about who may see it.
SELECT provider_id, coalesce(local_authority, '') AS area, coalesce(name, '') AS name FROM core.provider
UNION
SELECT l.provider_id, coalesce(l.local_authority, ''), coalesce(p.name, '') FROM core.location l LEFT JOIN core.provider p USING (provider_id) WHERE coalesce(l.provider_id, '') <> ''
ORDER BY 1, 2
