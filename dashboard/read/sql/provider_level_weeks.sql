-- A provider's level week by week.
SELECT week, CAST(level AS BIGINT) AS level
FROM analytics.provider_level_week
WHERE provider_id = $provider AND week > CAST($week AS DATE) - CAST($weeks AS INTEGER) * 7
ORDER BY week
