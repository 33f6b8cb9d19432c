-- severity: fail
-- The weekly counts of locations add up to the concerns they come from.
WITH counted AS (SELECT location_id, sum(concerns) AS n FROM mart.location_week GROUP BY location_id),
listed AS (
    SELECT c.location_id, count(*) AS n FROM core.concern c
    JOIN mart.location_week w ON w.location_id = c.location_id AND w.week = c.week
    WHERE c.attribution = 'provider' GROUP BY c.location_id)
SELECT l.location_id FROM listed l LEFT JOIN counted c ON c.location_id = l.location_id WHERE coalesce(c.n, 0) <> l.n
