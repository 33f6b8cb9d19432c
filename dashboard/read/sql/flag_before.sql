-- This rule's other flags that counted before the day of the run: where, when, and whether a lower overall rating became known within half
-- a year. A flag younger than that which nothing has followed yet is too recent to tell.
SELECT f.flag_id, f.provider_id, coalesce(p.name, '') AS provider_name, coalesce(l.name, '') AS location_name, f.sentence, f.opened_on, f.cleared_on,
       (SELECT min(r.known_from) FROM core.rating_change r JOIN core.location x ON x.location_id = r.location_id
        WHERE x.provider_id = f.provider_id AND r.domain = 'Overall' AND r.direction < 0 AND r.known_from > f.opened_on AND r.known_from <= f.opened_on + 182) AS lowered_on,
       (f.opened_on + 182 > CAST($as_of AS DATE)) AS recent
FROM analytics.flag f
LEFT JOIN core.provider p USING (provider_id)
LEFT JOIN core.location l ON l.location_id = f.location_id
WHERE f.rule_id = $rule AND f.flag_id <> $flag AND f.state <> 'waiting' AND f.opened_on IS NOT NULL
  AND ($scope = '*' OR f.provider_id IN (SELECT unnest(string_split($scope, ','))))
ORDER BY f.opened_on DESC, f.flag_id
