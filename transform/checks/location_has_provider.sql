-- severity: warn
-- Every location names a provider that is known.
SELECT l.location_id FROM core.location l LEFT JOIN core.provider p ON p.provider_id = l.provider_id WHERE p.provider_id IS NULL
