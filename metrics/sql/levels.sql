WITH level(name) AS (VALUES ('market_management'), ('pre_provider_concern'), ('provider_concern'), ('provider_failure'))
SELECT level.name, count(p.provider_id)::DOUBLE AS providers
FROM level LEFT JOIN analytics.provider_level p ON p.level_name = level.name
GROUP BY level.name ORDER BY level.name
