-- Each area's registered social-care market, with the providers there at pre-provider concern or above.
SELECT coalesce(l.local_authority, '') AS area, CAST(count(DISTINCT l.provider_id) AS BIGINT) AS providers, CAST(count(*) AS BIGINT) AS locations,
       CAST(coalesce(sum(l.registered_beds), 0) AS BIGINT) AS beds,
       CAST(count(*) FILTER (WHERE rc.rating_score <= 2) AS BIGINT) AS below_good,
       CAST(count(*) FILTER (WHERE rc.rating_score IS NULL) AS BIGINT) AS unrated,
       CAST(count(DISTINCT l.provider_id) FILTER (WHERE pl.level >= 1) AS BIGINT) AS flagged
FROM core.location l
LEFT JOIN core.rating_current rc USING (location_id)
LEFT JOIN analytics.provider_level pl ON pl.provider_id = l.provider_id AND ($scope = '*' OR pl.provider_id IN (SELECT unnest(string_split($scope, ','))))
WHERE l.status = 'Registered' AND l.is_social_care
GROUP BY 1
ORDER BY locations DESC, area
LIMIT 40
