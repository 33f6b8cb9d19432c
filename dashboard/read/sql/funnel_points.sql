-- Every compared home of the newest look: what was counted in the window, what was expected of its size and kind, and the limits, as
-- ratios of the expected.
SELECT f.location_id, l.provider_id, l.name, coalesce(l.local_authority, '') AS area, l.service_kind AS kind, CAST(f.observed AS DOUBLE) AS observed, CAST(f.expected AS DOUBLE) AS expected, CAST(f.z AS DOUBLE) AS z,
       CAST(f.lower95 AS DOUBLE) AS lower95, CAST(f.upper95 AS DOUBLE) AS upper95, CAST(f.lower998 AS DOUBLE) AS lower998, CAST(f.upper998 AS DOUBLE) AS upper998
FROM analytics.funnel f JOIN core.location l USING (location_id)
WHERE f.stream = $stream AND f.week = (SELECT max(week) FROM analytics.funnel WHERE stream = $stream) AND f.expected > 0
  AND ($scope = '*' OR l.provider_id IN (SELECT unnest(string_split($scope, ',')))) AND ($area = '' OR l.local_authority = $area) AND ($kind = '' OR l.service_kind = $kind)
ORDER BY f.z DESC NULLS LAST, f.location_id
LIMIT 3000
