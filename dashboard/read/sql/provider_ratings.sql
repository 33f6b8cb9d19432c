-- Overall ratings of a provider's locations as they followed one another; where a location is rated by service, the lowest that day.
SELECT r.location_id, any_value(l.name ORDER BY l.location_id) AS name, r.rated_on, arg_min(r.rating, r.rating_score) AS rating,
       CAST(min(r.rating_score) AS BIGINT) AS score, any_value(r.framework ORDER BY r.framework) AS framework, bool_or(coalesce(r.inherited, false)) AS inherited
FROM core.rating r JOIN core.location l USING (location_id)
WHERE l.provider_id = $provider AND r.domain = 'Overall' AND r.rated_on IS NOT NULL AND r.rating_score IS NOT NULL
GROUP BY r.location_id, r.rated_on
ORDER BY r.location_id, r.rated_on
