-- Over every provider: occupancy is told over the market.
-- How full the homes are that say how many live there, month by month: each home's newest word by the month's end that is not older than
-- two months.
WITH span AS (
    SELECT CAST(date_trunc('month', greatest(min(updated_on), CAST($as_of AS DATE) - 760)) AS TIMESTAMP) AS first, CAST($as_of AS TIMESTAMP) AS last FROM core.capacity WHERE occupied IS NOT NULL AND beds > 0
), month AS (
    SELECT CAST(unnest(range(first, last + INTERVAL 1 DAY, INTERVAL 1 MONTH)) AS DATE) AS month FROM span WHERE first IS NOT NULL
), word AS (
    SELECT m.month, c.location_id, arg_max(c.occupied, c.updated_at) AS occupied, arg_max(c.beds, c.updated_at) AS beds
    FROM month m JOIN core.capacity c ON c.updated_on <= least(last_day(m.month), CAST($as_of AS DATE)) AND c.updated_on > last_day(m.month) - 62
    WHERE c.occupied IS NOT NULL AND c.beds > 0
    GROUP BY m.month, c.location_id
)
SELECT month, CAST(count(*) AS BIGINT) AS homes, CAST(sum(occupied) AS BIGINT) AS occupied, CAST(sum(beds) AS BIGINT) AS beds
FROM word
GROUP BY month
ORDER BY month
