-- Whose a location is; a location that a newer registration carries on leads to that one.
SELECT location_id, coalesce(provider_id, '') AS provider_id, name, coalesce(current_location_id, location_id) AS current_id FROM core.location WHERE location_id = $location
