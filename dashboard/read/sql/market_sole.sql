-- Services that one provider alone offers in a place, where somebody is funded or at least one bed is held: a single point of failure.
-- People are told for providers of the scope; of the others it isn't said whether anybody is funded there, so all are listed.
WITH unit AS MATERIALIZED (
    SELECT CASE $by WHEN 'district' THEN coalesce(split_part(upper(trim(l.postcode)), ' ', 1), '') ELSE coalesce(l.local_authority, '') END AS place, l.service_kind AS kind, l.location_id, l.provider_id, l.registered_beds
    FROM core.location l WHERE l.status = 'Registered' AND l.is_social_care
), people AS (
    SELECT location_id, count(DISTINCT person_ref) AS people FROM core.placement WHERE is_current AND location_id IS NOT NULL GROUP BY location_id
), sole AS (
    SELECT u.place, u.kind, any_value(u.provider_id ORDER BY u.provider_id) AS provider_id, count(*) AS locations, coalesce(sum(u.registered_beds), 0) AS beds, coalesce(sum(p.people), 0) AS people
    FROM unit u LEFT JOIN people p USING (location_id)
    WHERE u.place <> ''
    GROUP BY u.place, u.kind HAVING count(DISTINCT u.provider_id) = 1
), hit AS MATERIALIZED (
    SELECT * FROM sole WHERE people > 0 OR beds > 0 OR NOT ($scope = '*' OR coalesce(provider_id IN (SELECT unnest(string_split($scope, ','))), false))
)
SELECT s.place, s.kind, s.provider_id, p.name, CAST(s.locations AS BIGINT) AS locations, CAST(s.beds AS BIGINT) AS beds,
       CASE WHEN $scope = '*' OR s.provider_id IN (SELECT unnest(string_split($scope, ','))) THEN CAST(s.people AS BIGINT) END AS people, CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit s LEFT JOIN core.provider p USING (provider_id)
ORDER BY CASE WHEN $scope = '*' OR s.provider_id IN (SELECT unnest(string_split($scope, ','))) THEN s.people ELSE 0 END DESC, s.beds DESC, s.place, s.kind
LIMIT 12
