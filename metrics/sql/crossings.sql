WITH level(name) AS (VALUES ('pre_provider_concern'), ('provider_concern'), ('provider_failure'))
SELECT level.name, count(f.flag_id)::DOUBLE AS crossings
FROM level LEFT JOIN analytics.flag f ON f.level_name = level.name AND f.state <> 'waiting'
GROUP BY level.name ORDER BY level.name
