-- What the filters of the flag list can be set to.
WITH seen AS (SELECT * FROM analytics.flag WHERE ($scope = '*' OR provider_id IN (SELECT unnest(string_split($scope, ',')))))
SELECT 'rule' AS field, rule_id AS value, any_value(rule_title ORDER BY flag_id) AS label, CAST(count(*) AS BIGINT) AS flags
FROM seen GROUP BY rule_id
UNION ALL
SELECT 'source', evidence_source, evidence_source, CAST(count(*) AS BIGINT) FROM seen WHERE coalesce(evidence_source, '') <> '' GROUP BY ALL
UNION ALL
SELECT 'area', coalesce(l.local_authority, p.local_authority), coalesce(l.local_authority, p.local_authority), CAST(count(*) AS BIGINT)
FROM seen f LEFT JOIN core.provider p USING (provider_id) LEFT JOIN core.location l ON l.location_id = f.location_id
WHERE coalesce(l.local_authority, p.local_authority, '') <> '' GROUP BY ALL
UNION ALL
SELECT 'state', state, state, CAST(count(*) AS BIGINT) FROM seen GROUP BY state
UNION ALL
SELECT 'level', CAST(level AS VARCHAR), CAST(level AS VARCHAR), CAST(count(*) AS BIGINT) FROM seen WHERE state = 'open' GROUP BY level
UNION ALL
SELECT 'risk', '3', 'risk', CAST(count(*) AS BIGINT) FROM seen WHERE state = 'open' AND level = 3 AND failure_kind = 'risk' HAVING count(*) > 0
ORDER BY field, label, value
