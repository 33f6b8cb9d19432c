-- Of the providers that were asked for by id, the level that the signals propose and the open flags, as the provider's page shows them.
SELECT p.provider_id, coalesce(pl.level, 0)::DOUBLE AS level, coalesce(pl.flags_open, 0)::DOUBLE AS flags_open
FROM core.provider p LEFT JOIN analytics.provider_level pl ON pl.provider_id = p.provider_id
WHERE list_contains(string_split($listed, ','), p.provider_id)
ORDER BY p.provider_id
