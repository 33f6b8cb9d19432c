-- Quality visits to a provider, or to one of its locations, oldest first.
SELECT visited_on, coalesce(visit_type, '') AS visit_type, coalesce(overall, '') AS overall
FROM core.quality_visit
WHERE provider_id = $provider AND ($location = '' OR location_id = $location) AND visited_on >= CAST($from AS DATE) AND visited_on <= CAST($as_of AS DATE)
ORDER BY visited_on, visit_id
