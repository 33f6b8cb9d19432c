-- The name of every provider.
SELECT provider_id, name FROM core.provider ORDER BY provider_id
