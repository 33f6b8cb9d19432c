-- Everything dated about a provider, newest first.
SELECT t.on_date, t.known_from, t.feed, t.kind, t.what, CAST(t.severity AS BIGINT) AS severity, t.location_id, l.name AS location_name,
       CAST(count(*) OVER () AS BIGINT) AS total
FROM mart.timeline t LEFT JOIN core.location l USING (location_id)
WHERE t.provider_id = $provider AND ($feed = '' OR t.feed = $feed)
ORDER BY t.on_date DESC NULLS LAST, t.known_from DESC NULLS LAST, t.feed, t.what
LIMIT $limit OFFSET $offset
