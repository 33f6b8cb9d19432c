-- Running packages by service, authority, need and funder: how many people, the largest number first. Nobody is listed singly.
-- The total is counted over a materialized list, never by a window: the engine's parallel windows can fail and take the handle with them.
WITH hit AS MATERIALIZED (
    SELECT concat_ws('/', m.provider_id, coalesce(m.location_id, ''), m.service, coalesce(m.placing_authority, ''), coalesce(m.need, ''), coalesce(m.funding, '')) AS id, max(m.listed_on) AS on_date, max(m.known_from) AS known_from,
           m.provider_id, any_value(coalesce(p.name, m.provider_name) ORDER BY m.placement_id) AS provider_name, coalesce(m.location_id, '') AS location_id, coalesce(l.name, '') AS location_name,
           concat_ws(' · ', m.service, nullif(m.need, ''), nullif(m.funding, ''), nullif(m.placing_authority, '')) AS what, '' AS person, any_value(d.file_name ORDER BY d.received_on DESC, d.file_name) AS file_name, 0 AS row_no,
           CAST(count(DISTINCT m.person_ref) AS DOUBLE) AS value
    FROM core.placement m LEFT JOIN core.location l ON l.location_id = m.location_id LEFT JOIN core.provider p ON p.provider_id = m.provider_id LEFT JOIN ops.load d USING (load_id)
    WHERE m.is_current AND m.provider_id IS NOT NULL AND ($scope = '*' OR m.provider_id IN (SELECT unnest(string_split($scope, ','))))
      AND ($provider = '' OR m.provider_id = $provider) AND ($location = '' OR m.location_id = $location) AND ($kind = '' OR m.service = $kind)
      AND ($area = '' OR l.local_authority = $area OR split_part(upper(trim(l.postcode)), ' ', 1) = $area) AND ($authority = '' OR m.placing_authority = $authority) AND ($brand = '' OR p.brand_id = $brand)
    GROUP BY m.provider_id, m.location_id, l.name, m.service, m.placing_authority, m.need, m.funding
)
SELECT hit.*, CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit
ORDER BY value DESC, provider_name, location_name, id
LIMIT $limit OFFSET $offset
