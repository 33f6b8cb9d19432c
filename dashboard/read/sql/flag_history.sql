-- What this rule flagged elsewhere and before: how many, and how many of those have cleared.
SELECT CAST(count(*) AS BIGINT) AS flags, CAST(count(*) FILTER (WHERE cleared_on IS NOT NULL) AS BIGINT) AS cleared,
       CAST(coalesce(median(date_diff('day', opened_on, cleared_on)) FILTER (WHERE cleared_on IS NOT NULL), 0) AS BIGINT) AS median_days,
       CAST(count(DISTINCT provider_id) AS BIGINT) AS providers
FROM analytics.flag
WHERE rule_id = $rule AND flag_id <> $flag AND ($scope = '*' OR provider_id IN (SELECT unnest(string_split($scope, ','))))
