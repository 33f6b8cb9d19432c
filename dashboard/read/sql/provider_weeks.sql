-- A provider's counts week by week. Incidents are unknown, never nought, before the week in which any service first told of one.
WITH incident AS (
    SELECT week, count(*) AS incidents FROM core.incident WHERE provider_id = $provider GROUP BY week
), spoke AS (
    SELECT min(first_week) AS first_week FROM analytics.stream WHERE stream = 'incidents'
)
SELECT w.week, CAST(w.concerns AS BIGINT) AS concerns, CAST(w.concerns_unknown AS BIGINT) AS concerns_unknown, CAST(w.concerns_raised AS BIGINT) AS concerns_raised,
       CAST(w.concerns_others AS BIGINT) AS concerns_others, CAST(w.concerns_resident AS BIGINT) AS concerns_resident,
       CAST(w.enquiries AS BIGINT) AS enquiries, CAST(w.complaints AS BIGINT) AS complaints, CAST(w.complaints_upheld AS BIGINT) AS complaints_upheld,
       CASE WHEN w.week >= spoke.first_week THEN CAST(coalesce(i.incidents, 0) AS BIGINT) END AS incidents
FROM mart.provider_week w CROSS JOIN spoke LEFT JOIN incident i ON i.week = w.week
WHERE w.provider_id = $provider AND w.week > CAST($week AS DATE) - CAST($weeks AS INTEGER) * 7 AND w.week <= CAST($week AS DATE)
ORDER BY w.week
