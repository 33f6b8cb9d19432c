-- What each rule caught in the year to the run's day, and what became of it.
SELECT rule_id, CAST(count(*) AS BIGINT) AS flags, CAST(count(*) FILTER (WHERE state = 'open') AS BIGINT) AS open,
       CAST(count(*) FILTER (WHERE state = 'waiting') AS BIGINT) AS waiting, CAST(count(*) FILTER (WHERE cleared_on IS NOT NULL) AS BIGINT) AS cleared
FROM analytics.flag
WHERE opened_on > CAST($as_of AS DATE) - 365 AND ($scope = '*' OR provider_id IN (SELECT unnest(string_split($scope, ','))))
GROUP BY rule_id
