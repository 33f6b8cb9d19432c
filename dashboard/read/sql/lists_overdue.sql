-- Homes whose yearly list of placements by authority is overdue: whom to chase, those never chased and the longest overdue first.
SELECT l.location_id, l.provider_id, l.name, p.name AS provider_name, k.list_due_on, k.list_chased_on,
       CAST(greatest(0, date_diff('day', k.list_due_on, CAST($as_of AS DATE))) AS BIGINT) AS days, CAST(k.not_known_to_us AS BIGINT) AS not_known
FROM mart.people_known k JOIN core.location l USING (location_id) JOIN core.provider p ON p.provider_id = l.provider_id
WHERE k.list_state = 'overdue' AND ($scope = '*' OR l.provider_id IN (SELECT unnest(string_split($scope, ','))))
ORDER BY k.list_chased_on NULLS FIRST, k.list_due_on, l.name, l.location_id
LIMIT 200
