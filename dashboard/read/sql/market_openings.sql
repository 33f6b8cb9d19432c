-- Locations that opened and closed in each of the last 24 months. What only carries on, or is carried on, under another id counts as neither.
WITH carried AS (SELECT DISTINCT current_location_id AS location_id FROM core.location WHERE current_location_id <> location_id),
event AS (
    SELECT CAST(date_trunc('month', registered_on) AS DATE) AS month, 1 AS opened, 0 AS closed, coalesce(registered_beds, 0) AS beds FROM core.location
    WHERE is_social_care AND registered_on > CAST($as_of AS DATE) - 730 AND registered_on <= CAST($as_of AS DATE) AND location_id NOT IN (SELECT location_id FROM carried)
    UNION ALL
    SELECT CAST(date_trunc('month', deregistered_on) AS DATE), 0, 1, -coalesce(registered_beds, 0) FROM core.location
    WHERE is_social_care AND deregistered_on > CAST($as_of AS DATE) - 730 AND deregistered_on <= CAST($as_of AS DATE) AND current_location_id = location_id
), month AS (SELECT CAST(unnest(range(date_trunc('month', CAST($as_of AS TIMESTAMP) - INTERVAL 23 MONTH), CAST($as_of AS TIMESTAMP) + INTERVAL 1 DAY, INTERVAL 1 MONTH)) AS DATE) AS month)
SELECT m.month, CAST(coalesce(sum(e.opened), 0) AS BIGINT) AS opened, CAST(coalesce(sum(e.closed), 0) AS BIGINT) AS closed, CAST(coalesce(sum(e.beds), 0) AS BIGINT) AS beds
FROM month m LEFT JOIN event e USING (month)
GROUP BY m.month
ORDER BY m.month
