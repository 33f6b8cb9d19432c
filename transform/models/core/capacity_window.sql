-- The monthly window (8th to 14th) in which each service owes an update, and whether it kept it. A window is judged by the first
-- extract received once it had closed: missed if the newest update known by then was made before the window opened. One that no
-- extract has covered yet is not judged, and neither is one before the service's first update.
WITH extract AS (
    SELECT DISTINCT l.received_on FROM raw.load l JOIN staging.run run ON l.received_on <= run.as_of WHERE l.source = 'capacity' AND l.status = 'loaded'
), bounds AS (
    SELECT date_trunc('month', min(received_on))::TIMESTAMP + INTERVAL 7 DAY AS first_opens, max(received_on)::TIMESTAMP AS last_extract FROM extract
), months AS (
    SELECT w.opens::DATE AS window_from, (w.opens + INTERVAL 6 DAY)::DATE AS window_to
    FROM bounds, range(bounds.first_opens, bounds.last_extract, INTERVAL 1 MONTH) w(opens)
), judged AS (
    SELECT m.window_from, m.window_to, min(e.received_on) AS judged_on
    FROM months m JOIN extract e ON e.received_on > m.window_to
    GROUP BY m.window_from, m.window_to
), first_seen AS (
    SELECT location_id, min(updated_on) AS first_on FROM core.capacity GROUP BY location_id
)
SELECT f.location_id, j.window_from, j.window_to, j.judged_on, max(c.updated_on) AS updated_on, max(c.updated_on) < j.window_from AS missed
FROM judged j
JOIN first_seen f ON f.first_on <= j.window_to
JOIN core.capacity c ON c.location_id = f.location_id AND c.known_from <= j.judged_on
GROUP BY f.location_id, j.window_from, j.window_to, j.judged_on
HAVING max(c.updated_on) IS NOT NULL
ORDER BY f.location_id, j.window_from
