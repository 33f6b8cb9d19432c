-- Registered social-care locations with a known position, their rating, and where the reader may see it their provider's level.
SELECT l.location_id, l.provider_id, l.name, p.name AS provider_name, coalesce(l.local_authority, '') AS area, l.service_kind AS kind, CAST(l.registered_beds AS BIGINT) AS beds,
       l.latitude, l.longitude, coalesce(rc.rating, '') AS rating, CAST(pl.level AS BIGINT) AS level, coalesce(pl.failure_kind, '') AS failure_kind
FROM core.location l JOIN core.provider p USING (provider_id) LEFT JOIN core.rating_current rc USING (location_id)
LEFT JOIN analytics.provider_level pl ON pl.provider_id = l.provider_id AND ($scope = '*' OR pl.provider_id IN (SELECT unnest(string_split($scope, ','))))
WHERE l.status = 'Registered' AND l.is_social_care AND ($area = '' OR l.local_authority = $area) AND ($kind = '' OR l.service_kind = $kind)
  AND ($levels = '' OR list_contains(string_split($levels, ','), CAST(pl.level AS VARCHAR)))
ORDER BY coalesce(pl.level, 0) DESC, coalesce(rc.rating_score, 9), l.name, l.location_id
