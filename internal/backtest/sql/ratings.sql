-- Overall ratings by the day they were given: the whole location's, or the worst of its services where the whole has none.
SELECT r.location_id, r.rated_on, coalesce(min(r.rating_score) FILTER (WHERE r.service_group = 'Overall'), min(r.rating_score))::INTEGER AS score
FROM core.rating r
WHERE r.domain = 'Overall' AND r.rating_score IS NOT NULL AND r.rated_on IS NOT NULL AND NOT r.inherited
GROUP BY r.location_id, r.rated_on
ORDER BY r.location_id, r.rated_on
