-- What the review queue needs of each flag. Flags that wait for a second source are not for review yet; of those that cleared before
-- reviewing began only the named ones, on which somebody acted, are in the queue.
WITH asked AS (
    SELECT * FROM analytics.flag f
    WHERE f.state <> 'waiting' AND (f.cleared_on IS NULL OR f.cleared_on >= CAST($since AS DATE) OR f.flag_id IN (SELECT unnest(string_split($touched, ',')))) AND ($scope = '*' OR f.provider_id IN (SELECT unnest(string_split($scope, ','))))
), evidence AS (
    SELECT flag_id, CAST(count(*) AS BIGINT) AS rows FROM analytics.flag_evidence WHERE flag_id IN (SELECT flag_id FROM asked) GROUP BY flag_id
)
SELECT f.flag_id, f.provider_id, p.name AS provider_name, f.location_id, l.name AS location_name, f.brand_id, p.brand_name,
       coalesce(l.local_authority, p.local_authority) AS area, f.rule_id, f.rule_title, CAST(f.level AS BIGINT) AS level, f.failure_kind, f.strength,
       f.evidence_source, f.sentence, CAST(coalesce(e.rows, 0) AS BIGINT) AS evidence_rows, f.opened_on, f.last_met_on, f.cleared_on, f.covered_by
FROM asked f
LEFT JOIN evidence e USING (flag_id)
LEFT JOIN core.provider p ON p.provider_id = f.provider_id
LEFT JOIN core.location l ON l.location_id = f.location_id
ORDER BY f.flag_id
