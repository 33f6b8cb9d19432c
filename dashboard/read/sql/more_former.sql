-- What a provider's registrations were before: earlier ids, their names and whose they were.
SELECT DISTINCT o.location_id, o.name, coalesce(o.provider_id, '') AS provider_id, coalesce(op.name, '') AS provider_name, o.deregistered_on, n.location_id AS now_id
FROM core.location o JOIN core.location n ON n.location_id = o.current_location_id LEFT JOIN core.provider op ON op.provider_id = o.provider_id
WHERE o.location_id <> n.location_id AND n.provider_id = $provider AND ($location = '' OR n.location_id = $location)
ORDER BY o.deregistered_on DESC NULLS LAST, o.location_id
LIMIT 40
