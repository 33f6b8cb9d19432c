-- Registrations that ended and that no newer one carries on, newest first.
-- The total is counted over a materialized list, never by a window: the engine's parallel windows can fail and take the handle with them.
WITH hit AS MATERIALIZED (
    SELECT l.location_id AS id, l.deregistered_on AS on_date, l.known_from, l.provider_id, p.name AS provider_name, l.location_id, l.name AS location_name,
           concat_ws(' · ', l.service_kind, coalesce(l.local_authority, '')) AS what, '' AS person, '' AS file_name, 0 AS row_no, CAST(l.registered_beds AS DOUBLE) AS value
    FROM core.location l LEFT JOIN core.provider p USING (provider_id)
    WHERE l.is_social_care AND l.deregistered_on IS NOT NULL AND l.current_location_id = l.location_id
      AND ($provider = '' OR l.provider_id = $provider) AND ($kind = '' OR l.service_kind = $kind) AND ($area = '' OR l.local_authority = $area OR split_part(upper(trim(l.postcode)), ' ', 1) = $area)
      AND ($from = '' OR l.deregistered_on >= TRY_CAST($from AS DATE)) AND ($to = '' OR l.deregistered_on <= TRY_CAST($to AS DATE))
)
SELECT hit.*, CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit
ORDER BY on_date DESC, location_name, id
LIMIT $limit OFFSET $offset
