-- Flags: filtered, those of the highest level first.
-- The total is counted over a materialized list, never by a window: the engine's parallel windows can fail and take the handle with them.
WITH hit AS MATERIALIZED (
    SELECT f.flag_id, f.provider_id, p.name AS provider_name, f.location_id, l.name AS location_name, f.brand_id,
           coalesce(l.local_authority, p.local_authority) AS area, f.rule_id, f.rule_title, CAST(f.level AS BIGINT) AS level, f.failure_kind, f.strength, f.basis,
           f.evidence_source, f.sentence, CAST(f.observed AS DOUBLE) AS observed, CAST(f.expected AS DOUBLE) AS expected, f.opened_on, f.last_met_on, f.cleared_on,
           f.state, f.corroborated_by, f.covered_by, f.window_start, f.window_end, date_diff('day', f.opened_on, CAST($as_of AS DATE)) AS age_days
    FROM analytics.flag f
    LEFT JOIN core.provider p USING (provider_id)
    LEFT JOIN core.location l ON l.location_id = f.location_id
    WHERE ($scope = '*' OR f.provider_id IN (SELECT unnest(string_split($scope, ','))))
      AND ($state = 'all' OR f.state = $state)
      AND ($levels = '' OR list_contains(string_split($levels, ','), CAST(f.level AS VARCHAR)))
      AND ($rule = '' OR f.rule_id = $rule)
      AND ($source = '' OR f.evidence_source = $source)
      AND ($area = '' OR coalesce(l.local_authority, p.local_authority) = $area)
      AND ($provider = '' OR f.provider_id = $provider)
)
SELECT hit.*, CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit
ORDER BY 
    CASE WHEN $sort = 'newest' THEN opened_on END DESC NULLS LAST,
    CASE WHEN $sort = 'oldest' THEN opened_on END ASC NULLS LAST,
    level DESC, CASE WHEN level = 3 AND failure_kind = 'risk' THEN 1 ELSE 0 END, opened_on DESC NULLS LAST, provider_name, flag_id
LIMIT $limit OFFSET $offset
