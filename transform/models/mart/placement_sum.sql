-- Running packages by provider, location, placing authority, kind of service and need: people and weekly cost. The answer to "who is
-- affected if this provider fails, and who else must be told".
SELECT provider_id, location_id, coalesce(placing_authority, 'Not stated') AS placing_authority, service, coalesce(need, 'Not stated') AS need,
       coalesce(support_level, 'Not stated') AS support_level, coalesce(funding, 'Not stated') AS funding,
       count(*)::INTEGER AS packages, count(DISTINCT person_ref)::INTEGER AS people, sum(weekly_cost)::DECIMAL(18,2) AS weekly_cost,
       count(*) FILTER (WHERE weekly_cost IS NULL)::INTEGER AS cost_unknown
FROM core.placement
WHERE is_current
GROUP BY ALL
ORDER BY ALL
