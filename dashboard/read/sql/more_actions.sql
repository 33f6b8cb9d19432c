-- Actions that a provider agreed after a visit and has not done.
SELECT a.action_id, a.location_id, coalesce(l.name, '') AS location_name, coalesce(a.theme, '') AS theme, coalesce(a.priority, '') AS priority, a.raised_on, a.due_on, a.state, CAST(a.days_overdue AS BIGINT) AS days_overdue
FROM core.quality_action a LEFT JOIN core.location l USING (location_id)
WHERE a.provider_id = $provider AND ($location = '' OR a.location_id = $location) AND a.state IN ('open', 'overdue')
ORDER BY a.due_on NULLS LAST, a.action_id
LIMIT 60
