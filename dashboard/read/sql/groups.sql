-- Who holds the beds: brands rolled up, and providers without one.
SELECT coalesce(nullif(l.brand_id, ''), l.provider_id) AS group_id,
       coalesce(nullif(l.brand_id, '') IS NOT NULL, false) AS is_brand,
       any_value(coalesce(nullif(l.brand_name, ''), p.name, l.provider_id) ORDER BY l.location_id) AS name,
       CAST(count(DISTINCT l.provider_id) AS BIGINT) AS providers, CAST(count(*) AS BIGINT) AS locations,
       CAST(coalesce(sum(l.registered_beds), 0) AS BIGINT) AS beds,
       CAST(coalesce((SELECT sum(registered_beds) FROM core.location WHERE status = 'Registered' AND is_social_care AND registered_beds > 0), 0) AS BIGINT) AS beds_all
FROM core.location l LEFT JOIN core.provider p USING (provider_id)
WHERE l.status = 'Registered' AND l.is_social_care AND l.registered_beds > 0
GROUP BY 1, 2
ORDER BY beds DESC, group_id
LIMIT 8
