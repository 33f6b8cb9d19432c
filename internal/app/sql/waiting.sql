SELECT f.level_name, count(*)::INTEGER AS unreviewed, count(*) FILTER (WHERE f.opened_on + CAST(? AS INTEGER) < r.as_of)::INTEGER AS overdue, min(f.opened_on::TIMESTAMP) AS oldest
FROM analytics.flag f, ops.run r
WHERE f.state = 'open'
GROUP BY f.level_name
