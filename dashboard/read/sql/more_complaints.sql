-- What complaints of the last year were about and what came of them.
SELECT coalesce(nullif(theme, ''), 'not recorded') AS theme, CAST(count(*) AS BIGINT) AS complaints, CAST(count(*) FILTER (WHERE outcome IN ('upheld', 'partially_upheld')) AS BIGINT) AS upheld,
       CAST(count(*) FILTER (WHERE outcome = 'open') AS BIGINT) AS open
FROM core.complaint
WHERE provider_id = $provider AND ($location = '' OR location_id = $location) AND week > CAST($week AS DATE) - 364 AND week <= CAST($week AS DATE)
GROUP BY 1
ORDER BY complaints DESC, theme
LIMIT 12
