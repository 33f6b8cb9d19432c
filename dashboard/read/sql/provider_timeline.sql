-- Everything dated about a provider, newest first.
-- The total is counted over a materialized list, never by a window: the engine's parallel windows can fail and take the handle with them.
WITH hit AS MATERIALIZED (
    SELECT t.on_date, t.known_from, t.feed, t.kind, t.what, CAST(t.severity AS BIGINT) AS severity, t.location_id, l.name AS location_name
    FROM mart.timeline t LEFT JOIN core.location l USING (location_id)
    WHERE t.provider_id = $provider AND ($feed = '' OR t.feed = $feed) AND ($location = '' OR t.location_id = $location)
)
SELECT hit.*, CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit
ORDER BY on_date DESC NULLS LAST, known_from DESC NULLS LAST, feed, what, location_id
LIMIT $limit OFFSET $offset
