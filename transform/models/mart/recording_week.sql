-- Concerns received per source and week over the whole market, whatever their attribution, and how many services they were about: what
-- a change of recording practice shows itself in.
WITH counted AS (
    SELECT coalesce(c.referrer, 'Source not recorded') AS source, c.week, count(*) AS concerns, count(DISTINCT c.location_id) AS locations
    FROM core.concern c
    GROUP BY ALL
), source AS (
    SELECT c.source, min(c.week) AS first_week FROM counted c GROUP BY c.source HAVING sum(c.concerns) >= 52
), bounds AS (
    SELECT max(date_trunc('week', c.received_on))::DATE AS last_week FROM core.concern c
)
SELECT s.source, w.week, coalesce(c.concerns, 0)::INTEGER AS concerns, coalesce(c.locations, 0)::INTEGER AS locations
FROM source s
CROSS JOIN staging.week w
JOIN bounds b ON w.week < b.last_week
LEFT JOIN counted c ON c.source = s.source AND c.week = w.week
ORDER BY s.source, w.week
