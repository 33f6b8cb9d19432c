-- The services that might stop, with what each has said of itself: how many it holds, when it said so, and whether its list came back.
SELECT l.location_id, l.provider_id, l.name, p.name AS provider_name, coalesce(l.local_authority, '') AS area, l.service_kind, CAST(l.registered_beds AS BIGINT) AS beds,
       CAST(k.occupied AS BIGINT) AS occupied, k.occupied_on, CAST(k.known_people AS BIGINT) AS known_people, k.list_state
FROM core.location l JOIN core.provider p USING (provider_id) LEFT JOIN mart.people_known k USING (location_id)
WHERE l.status = 'Registered' AND l.is_social_care AND ($scope = '*' OR l.provider_id IN (SELECT unnest(string_split($scope, ','))))
  AND (($providers <> '' AND l.provider_id IN (SELECT unnest(string_split($providers, ','))))
       OR ($brand <> '' AND l.brand_id = $brand) OR ($area <> '' AND l.local_authority = $area))
ORDER BY p.name, l.name, l.location_id
