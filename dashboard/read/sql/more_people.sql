-- The people on the councils' lists at a provider or one of its locations, by who pays and who placed them.
SELECT coalesce(nullif(funding, ''), 'not_known') AS funding, coalesce(placing_authority, '') AS authority, CAST(count(DISTINCT person_ref) AS BIGINT) AS people,
       CAST(sum(weekly_cost) AS DOUBLE) AS weekly_cost, CAST(count(*) FILTER (WHERE weekly_cost IS NULL) AS BIGINT) AS cost_unknown
FROM core.placement
WHERE is_current AND provider_id = $provider AND ($location = '' OR location_id = $location)
GROUP BY 1, 2
ORDER BY people DESC, funding, authority
LIMIT 40
