-- Who supports the people on the councils' lists: brands rolled up and providers without one, with the share of all people listed.
WITH person AS (
    SELECT DISTINCT m.person_ref, coalesce(nullif(p.brand_id, ''), m.provider_id) AS group_id
    FROM core.placement m LEFT JOIN core.provider p ON p.provider_id = m.provider_id
    WHERE m.is_current AND m.provider_id IS NOT NULL AND ($scope = '*' OR m.provider_id IN (SELECT unnest(string_split($scope, ','))))
), named AS (
    SELECT coalesce(nullif(brand_id, ''), provider_id) AS group_id, bool_or(coalesce(brand_id, '') <> '') AS is_brand, any_value(coalesce(nullif(brand_name, ''), name) ORDER BY provider_id) AS name,
           CAST(count(*) AS BIGINT) AS providers, any_value(provider_id ORDER BY provider_id) AS provider_id
    FROM core.provider GROUP BY 1
)
SELECT n.group_id, n.is_brand, n.name, n.providers, CAST(count(DISTINCT x.person_ref) AS BIGINT) AS people
FROM person x JOIN named n USING (group_id)
GROUP BY n.group_id, n.is_brand, n.name, n.providers
ORDER BY people DESC, n.name, n.group_id
LIMIT 8
