-- Providers at each level now, 4 weeks ago and 13 weeks ago, with the places registered at those now at it.
WITH past AS (
    SELECT week, level, count(*) AS providers
    FROM analytics.provider_level_week
    WHERE week IN (CAST($week AS DATE) - 28, CAST($week AS DATE) - 91) AND ($scope = '*' OR provider_id IN (SELECT unnest(string_split($scope, ','))))
    GROUP BY week, level
), present AS (
    SELECT pl.level, count(*) AS providers, count(*) FILTER (WHERE pl.failure_kind = 'risk') AS at_risk, sum(p.locations_active) AS locations, sum(p.beds_active) AS beds
    FROM analytics.provider_level pl JOIN core.provider p USING (provider_id)
    WHERE (p.status <> 'Deregistered' OR pl.level > 0) AND ($scope = '*' OR pl.provider_id IN (SELECT unnest(string_split($scope, ','))))
    GROUP BY pl.level
), person AS (
    SELECT pl.level, count(DISTINCT m.person_ref) AS people
    FROM core.placement m JOIN analytics.provider_level pl USING (provider_id)
    WHERE m.is_current AND ($scope = '*' OR pl.provider_id IN (SELECT unnest(string_split($scope, ','))))
    GROUP BY pl.level
)
SELECT CAST(n.level AS BIGINT) AS level,
       CAST(coalesce(present.providers, 0) AS BIGINT) AS providers,
       CAST(coalesce(present.at_risk, 0) AS BIGINT) AS at_risk,
       CAST(coalesce(present.locations, 0) AS BIGINT) AS locations,
       CAST(coalesce(present.beds, 0) AS BIGINT) AS beds,
       CAST(coalesce(person.people, 0) AS BIGINT) AS people,
       CAST(coalesce((SELECT sum(providers) FROM past WHERE past.level = n.level AND past.week = CAST($week AS DATE) - 28), 0) AS BIGINT) AS providers_4w,
       CAST(coalesce((SELECT sum(providers) FROM past WHERE past.level = n.level AND past.week = CAST($week AS DATE) - 91), 0) AS BIGINT) AS providers_13w,
       EXISTS (SELECT 1 FROM past WHERE past.week = CAST($week AS DATE) - 28) AS known_4w,
       EXISTS (SELECT 1 FROM past WHERE past.week = CAST($week AS DATE) - 91) AS known_13w
FROM (VALUES (0), (1), (2), (3)) AS n(level)
LEFT JOIN present ON present.level = n.level
LEFT JOIN person ON person.level = n.level
ORDER BY n.level
