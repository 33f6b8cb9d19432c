-- One provider's identity and level.
SELECT p.provider_id, p.name, p.ownership_type, p.company_number, p.brand_id, p.brand_name, p.status, p.registered_on, p.deregistered_on,
       p.local_authority AS area, p.postcode, CAST(coalesce(p.locations_active, 0) AS BIGINT) AS locations, CAST(p.beds_active AS BIGINT) AS beds,
       p.known_from, p.source
FROM core.provider p
WHERE p.provider_id = $provider
