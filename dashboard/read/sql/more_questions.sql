-- Ratings by key question as they followed one another; where a location is rated by service, the lowest that day.
SELECT r.location_id, any_value(l.name ORDER BY l.location_id) AS name, r.domain, r.rated_on, arg_min(r.rating, r.rating_score) AS rating
FROM core.rating r JOIN core.location l USING (location_id)
WHERE l.provider_id = $provider AND ($location = '' OR r.location_id = $location) AND r.rated_on IS NOT NULL AND r.rating_score IS NOT NULL
GROUP BY r.location_id, r.domain, r.rated_on
ORDER BY r.location_id, r.rated_on DESC, r.domain
LIMIT 600
