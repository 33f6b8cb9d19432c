-- Care contracts that end in the year ahead, by month; months in which none ends are there too, so that the axis is time.
WITH ending AS (
    SELECT CAST(date_trunc('month', ends_on) AS DATE) AS month, ends_on, annual_value FROM core.contract
    WHERE is_care AND ends_on >= CAST($as_of AS DATE) AND ends_on < CAST($as_of AS DATE) + 366
), span AS (
    SELECT CAST(unnest(range(CAST(date_trunc('month', CAST($as_of AS DATE)) AS TIMESTAMP), CAST((SELECT max(ends_on) FROM ending) + 1 AS TIMESTAMP), INTERVAL 1 MONTH)) AS DATE) AS month
)
SELECT s.month, CAST(count(e.ends_on) AS BIGINT) AS contracts, CAST(coalesce(sum(e.annual_value), 0) AS DOUBLE) AS annual_value,
       CAST(count(*) FILTER (WHERE e.ends_on IS NOT NULL AND e.annual_value IS NULL) AS BIGINT) AS unvalued,
       CAST(count(*) FILTER (WHERE e.ends_on < CAST($as_of AS DATE) + 91) AS BIGINT) AS within_90_days
FROM span s LEFT JOIN ending e USING (month)
GROUP BY s.month
ORDER BY s.month
