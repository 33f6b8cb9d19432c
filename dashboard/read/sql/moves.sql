-- Providers whose level changed since a day, the newest first.
SELECT pl.provider_id, p.name, p.local_authority AS area, CAST(pl.previous_level AS BIGINT) AS from_level, CAST(pl.level AS BIGINT) AS to_level,
       pl.failure_kind, pl.moved_on, pl.headline
FROM analytics.provider_level pl JOIN core.provider p USING (provider_id)
WHERE pl.moved_on >= CAST($since AS DATE) AND pl.previous_level IS NOT NULL AND pl.previous_level <> pl.level AND ($scope = '*' OR pl.provider_id IN (SELECT unnest(string_split($scope, ','))))
ORDER BY pl.level DESC, pl.moved_on DESC, p.name, pl.provider_id
