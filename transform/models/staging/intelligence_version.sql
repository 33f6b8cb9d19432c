-- What people know and wrote down, one row a version with the days on which it was what was known. A note that names no location is about
-- the provider as a whole, unless the provider has one location only. Counts is whether it can be evidence: it worries, it is confirmed or
-- likely, and it is not recorded in another feed as well, where it would speak twice.
WITH single AS (
    SELECT provider_id, min(location_id) AS location_id
    FROM core.location
    WHERE current_location_id = location_id AND deregistered_on IS NULL
    GROUP BY provider_id
    HAVING count(*) = 1
)
SELECT n.note_id, n.version, coalesce(c.provider_id, n.provider_id) AS provider_id, coalesce(c.location_id, s.location_id) AS location_id, n.known_from,
       lead(n.known_from) OVER (PARTITION BY n.note_id ORDER BY n.version) AS known_to, n.on_date, n.source, n.reliability, n.theme, n.bears, n.elsewhere, n.sharing, n.withdrawn,
       coalesce(n.bears = 'worse' AND n.elsewhere IS NULL AND n.reliability IN ('confirmed', 'likely') AND NOT n.withdrawn, false) AS counts
FROM staging.note n
LEFT JOIN core.location l ON l.location_id = n.location_id
LEFT JOIN core.location c ON c.location_id = l.current_location_id
LEFT JOIN single s ON n.location_id IS NULL AND s.provider_id = n.provider_id
ORDER BY n.note_id, n.version
