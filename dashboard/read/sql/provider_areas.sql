-- The areas that one provider is in, with the name that it goes by.
SELECT provider_id, coalesce(local_authority, '') AS area, coalesce(name, '') AS name FROM core.provider WHERE provider_id = $provider
UNION
SELECT l.provider_id, coalesce(l.local_authority, ''), coalesce(p.name, '') FROM core.location l LEFT JOIN core.provider p USING (provider_id) WHERE l.provider_id = $provider
ORDER BY 1, 2
