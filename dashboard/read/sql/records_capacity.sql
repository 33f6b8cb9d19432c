-- What services last said of their room and staff, the most vacancies first, with the file and row of each.
-- The total is counted over a materialized list, never by a window: the engine's parallel windows can fail and take the handle with them.
WITH hit AS MATERIALIZED (
    SELECT c.location_id AS id, c.updated_on AS on_date, c.known_from, l.provider_id, p.name AS provider_name, l.location_id, l.name AS location_name,
           concat_ws(' · ', l.service_kind, CASE WHEN c.beds IS NULL THEN NULL ELSE CAST(c.beds AS VARCHAR) || ' beds' END, CASE WHEN c.occupied IS NULL THEN 'occupied not stated' ELSE CAST(c.occupied AS VARCHAR) || ' occupied' END,
                     CASE WHEN c.admissions_open THEN 'open to admissions' WHEN NOT c.admissions_open THEN 'closed to admissions' END,
                     CASE WHEN c.extra_hours > 0 THEN CAST(CAST(c.extra_hours AS INTEGER) AS VARCHAR) || ' more hours a week' END) AS what,
           '' AS person, d.file_name, c.row_no, CAST(c.vacancies AS DOUBLE) AS value
    FROM core.capacity c JOIN core.location l USING (location_id) LEFT JOIN core.provider p ON p.provider_id = l.provider_id LEFT JOIN ops.load d USING (load_id)
    WHERE c.is_newest AND l.status = 'Registered' AND ($scope = '*' OR l.provider_id IN (SELECT unnest(string_split($scope, ','))))
      AND ($provider = '' OR l.provider_id = $provider) AND ($location = '' OR l.location_id = $location) AND ($kind = '' OR l.service_kind = $kind)
      AND ($area = '' OR l.local_authority = $area OR split_part(upper(trim(l.postcode)), ' ', 1) = $area)
)
SELECT hit.*, CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit
ORDER BY value DESC NULLS LAST, location_name, id
LIMIT $limit OFFSET $offset
