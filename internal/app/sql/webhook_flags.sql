-- A soft flag stands raised until a second source stands beside it.
SELECT flag_id, coalesce(provider_id, ''), CASE state WHEN 'cleared' THEN 'cleared' WHEN 'open' THEN 'open' ELSE 'raised' END, level_name,
    (SELECT run_id FROM ops.run LIMIT 1)
FROM analytics.flag
ORDER BY opened_on, flag_id
