-- How many providers stood at each level above market management, week by week.
SELECT week, CAST(count(*) FILTER (WHERE level = 1) AS BIGINT) AS pre_concern, CAST(count(*) FILTER (WHERE level = 2) AS BIGINT) AS concern,
       CAST(count(*) FILTER (WHERE level = 3) AS BIGINT) AS failure
FROM analytics.provider_level_week
WHERE week > CAST($week AS DATE) - CAST($weeks AS INTEGER) * 7 AND ($scope = '*' OR provider_id IN (SELECT unnest(string_split($scope, ','))))
GROUP BY week
ORDER BY week
