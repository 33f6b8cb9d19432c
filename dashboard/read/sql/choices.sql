-- What the filters of the provider list can be set to.
SELECT 'area' AS field, local_authority AS value, local_authority AS label, CAST(count(DISTINCT provider_id) AS BIGINT) AS providers
FROM core.location WHERE is_social_care AND status = 'Registered' AND coalesce(local_authority, '') <> '' GROUP BY ALL
UNION ALL
SELECT 'kind', service_kind, service_kind, CAST(count(DISTINCT provider_id) AS BIGINT)
FROM core.location WHERE is_social_care AND status = 'Registered' AND coalesce(service_kind, '') <> '' GROUP BY ALL
UNION ALL
SELECT 'brand', brand_id, any_value(brand_name ORDER BY provider_id), CAST(count(*) AS BIGINT)
FROM core.provider WHERE is_social_care AND coalesce(brand_id, '') <> '' GROUP BY brand_id
ORDER BY field, label, value
