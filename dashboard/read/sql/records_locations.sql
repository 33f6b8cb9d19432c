-- Registered social-care locations with their current rating, the lowest rating first.
-- The total is counted over a materialized list, never by a window: the engine's parallel windows can fail and take the handle with them.
WITH hit AS MATERIALIZED (
    SELECT l.location_id AS id, rc.rated_on AS on_date, l.known_from, l.provider_id, p.name AS provider_name, l.location_id, l.name AS location_name,
           concat_ws(' · ', l.service_kind, coalesce(rc.rating, 'Not rated'), coalesce(l.local_authority, '')) AS what, '' AS person, '' AS file_name, 0 AS row_no,
           CAST(l.registered_beds AS DOUBLE) AS value, rc.rating_score
    FROM core.location l LEFT JOIN core.rating_current rc USING (location_id) LEFT JOIN core.provider p USING (provider_id)
    WHERE l.status = 'Registered' AND l.is_social_care AND ($provider = '' OR l.provider_id = $provider) AND ($kind = '' OR l.service_kind = $kind)
      AND ($area = '' OR l.local_authority = $area OR split_part(upper(trim(l.postcode)), ' ', 1) = $area) AND ($brand = '' OR l.brand_id = $brand)
      AND ($rating = '' OR ($rating = 'none' AND rc.rating_score IS NULL) OR ($rating = 'below' AND rc.rating_score <= 2) OR CAST(rc.rating_score AS VARCHAR) = $rating)
)
SELECT hit.* EXCLUDE (rating_score), CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit
ORDER BY rating_score NULLS LAST, on_date NULLS FIRST, location_name, id
LIMIT $limit OFFSET $offset
