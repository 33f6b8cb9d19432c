-- The people of the services that might stop: the council's own list of running packages, one line a person and service, and beside
-- them the people who live there and whom no list names. Homes that have not said how full they are add nobody here.
WITH chosen AS MATERIALIZED (
    SELECT l.location_id, l.provider_id, l.name AS location_name, p.name AS provider_name, l.local_authority AS area, l.service_kind, l.latitude, l.longitude
    FROM core.location l JOIN core.provider p USING (provider_id)
    WHERE l.status = 'Registered' AND ($scope = '*' OR l.provider_id IN (SELECT unnest(string_split($scope, ','))))
      AND (($providers <> '' AND l.provider_id IN (SELECT unnest(string_split($providers, ','))))
           OR ($brand <> '' AND l.brand_id = $brand) OR ($area <> '' AND l.local_authority = $area))
), package AS (
    SELECT DISTINCT ON (m.person_ref, coalesce(m.location_id, m.provider_id)) m.*
    FROM core.placement m
    WHERE m.is_current AND (m.location_id IN (SELECT location_id FROM chosen) OR m.location_id IS NULL AND m.provider_id IN (SELECT provider_id FROM chosen WHERE $area = ''))
    ORDER BY m.person_ref, coalesce(m.location_id, m.provider_id), m.starts_on DESC NULLS LAST, m.placement_id
), known AS (
    SELECT m.provider_id, coalesce(m.location_id, '') AS location_id, any_value(coalesce(p.name, m.provider_name) ORDER BY m.placement_id) AS provider_name,
           coalesce(c.location_name, '') AS location_name, coalesce(c.area, '') AS area, m.service, coalesce(m.need, '') AS need, coalesce(m.support_level, '') AS support_level,
           coalesce(m.funding, '') AS funding, coalesce(m.placing_authority, '') AS authority, CAST(coalesce(m.weekly_hours, 0) AS DOUBLE) AS hours,
           CAST(count(*) AS BIGINT) AS people, CAST(sum(m.weekly_cost) AS DOUBLE) AS weekly_cost, CAST(count(*) FILTER (WHERE m.weekly_cost IS NULL) AS BIGINT) AS cost_unknown,
           any_value(c.latitude) AS latitude, any_value(c.longitude) AS longitude
    FROM package m LEFT JOIN chosen c ON c.location_id = m.location_id LEFT JOIN core.provider p ON p.provider_id = m.provider_id
    GROUP BY m.provider_id, m.location_id, c.location_name, c.area, m.service, m.need, m.support_level, m.funding, m.placing_authority, m.weekly_hours
)
SELECT * FROM known
UNION ALL
SELECT c.provider_id, c.location_id, c.provider_name, c.location_name, coalesce(c.area, ''), c.service_kind, '', '', 'not_known', '', 0, CAST(k.not_known_to_us AS BIGINT), NULL, 0, c.latitude, c.longitude
FROM chosen c JOIN mart.people_known k USING (location_id)
WHERE k.not_known_to_us > 0
ORDER BY provider_name, location_name, service, need, support_level, funding, authority, hours
