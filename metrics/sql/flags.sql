WITH level(name) AS (VALUES ('pre_provider_concern'), ('provider_concern'), ('provider_failure'))
SELECT level.name, count(f.flag_id) FILTER (WHERE f.state = 'open')::DOUBLE AS open, count(f.flag_id) FILTER (WHERE f.state = 'waiting')::DOUBLE AS waiting,
       min(f.opened_on::TIMESTAMP) FILTER (WHERE f.state = 'open') AS oldest
FROM level LEFT JOIN analytics.flag f ON f.level_name = level.name
GROUP BY level.name ORDER BY level.name
