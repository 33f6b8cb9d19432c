-- What the filters of the flag list can be set to.
SELECT 'rule' AS field, rule_id AS value, any_value(rule_title ORDER BY flag_id) AS label, CAST(count(*) AS BIGINT) AS flags
FROM analytics.flag GROUP BY rule_id
UNION ALL
SELECT 'source', evidence_source, evidence_source, CAST(count(*) AS BIGINT) FROM analytics.flag WHERE coalesce(evidence_source, '') <> '' GROUP BY ALL
UNION ALL
SELECT 'area', coalesce(l.local_authority, p.local_authority), coalesce(l.local_authority, p.local_authority), CAST(count(*) AS BIGINT)
FROM analytics.flag f LEFT JOIN core.provider p USING (provider_id) LEFT JOIN core.location l ON l.location_id = f.location_id
WHERE coalesce(l.local_authority, p.local_authority, '') <> '' GROUP BY ALL
UNION ALL
SELECT 'state', state, state, CAST(count(*) AS BIGINT) FROM analytics.flag GROUP BY state
UNION ALL
SELECT 'level', CAST(level AS VARCHAR), CAST(level AS VARCHAR), CAST(count(*) AS BIGINT) FROM analytics.flag WHERE state = 'open' GROUP BY level
ORDER BY field, label, value
