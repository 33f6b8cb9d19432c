-- How many providers stood at which level 13 weeks ago and now. Those that stayed at market management are left out by the drawing.
SELECT CAST(coalesce(w.level, 0) AS BIGINT) AS from_level, CAST(pl.level AS BIGINT) AS to_level, CAST(count(*) AS BIGINT) AS providers
FROM analytics.provider_level pl
JOIN core.provider p USING (provider_id)
LEFT JOIN analytics.provider_level_week w ON w.provider_id = pl.provider_id AND w.week = CAST($week AS DATE) - 91
WHERE (p.status <> 'Deregistered' OR pl.level > 0) AND ($scope = '*' OR pl.provider_id IN (SELECT unnest(string_split($scope, ','))))
  AND EXISTS (SELECT 1 FROM analytics.provider_level_week WHERE week = CAST($week AS DATE) - 91)
GROUP BY ALL
ORDER BY 1, 2
