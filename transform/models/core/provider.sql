-- One row per provider: its own body where CQC gave one, otherwise what its locations say of it.
WITH from_locations AS (
    SELECT l.provider_id,
           count(*) FILTER (WHERE l.status = 'Registered') AS locations_active,
           coalesce(sum(l.registered_beds) FILTER (WHERE l.status = 'Registered'), 0) AS beds_active,
           bool_or(l.is_social_care) AS is_social_care,
           mode(l.local_authority ORDER BY l.local_authority) AS local_authority,
           min(l.brand_id) AS brand_id, min(l.brand_name) AS brand_name,
           min(l.registered_on) AS registered_on,
           max(l.deregistered_on) AS last_deregistered_on,
           min(l.known_from) AS known_from, min(l.source) AS source
    FROM core.location l
    WHERE l.provider_id IS NOT NULL AND l.provider_id <> ''
    GROUP BY l.provider_id
), named AS (
    SELECT provider_id, min(provider_name) AS name FROM (
        SELECT provider_id, provider_name FROM staging.ratings_file_location
        UNION ALL
        SELECT provider_id, provider_name FROM staging.register_location
        UNION ALL
        SELECT provider_id, provider_name FROM staging.local_service_now) WHERE provider_name IS NOT NULL GROUP BY provider_id
), own_number AS (
    SELECT provider_id, min(company_number) AS company_number FROM (
        SELECT provider_id, company_number FROM staging.local_service_now
        UNION ALL
        SELECT provider_id, company_number FROM staging.register_location) WHERE company_number IS NOT NULL GROUP BY provider_id
), everyone AS (
    SELECT provider_id FROM from_locations
    UNION
    SELECT provider_id FROM staging.provider_version
)
SELECT e.provider_id,
       coalesce(p.name, n.name, 'Provider ' || e.provider_id) AS name,
       p.ownership_type, coalesce(p.companies_house_number, o.company_number) AS company_number,
       coalesce(nullif(p.brand_id, '-'), f.brand_id) AS brand_id, coalesce(nullif(p.brand_name, '-'), f.brand_name) AS brand_name,
       coalesce(p.registration_status, CASE WHEN f.locations_active > 0 THEN 'Registered' ELSE 'Deregistered' END) AS status,
       coalesce(p.registration_date, f.registered_on) AS registered_on,
       coalesce(p.deregistration_date, CASE WHEN f.locations_active = 0 THEN f.last_deregistered_on END) AS deregistered_on,
       coalesce(f.local_authority, p.local_authority) AS local_authority, p.postal_code AS postcode,
       coalesce(f.locations_active, 0)::INTEGER AS locations_active, coalesce(f.beds_active, 0)::INTEGER AS beds_active,
       coalesce(f.is_social_care, p.type = 'Social Care Org', false) AS is_social_care,
       regexp_replace(regexp_replace(replace(lower(strip_accents(coalesce(p.name, n.name, ''))), '&', ' and '), '\b(limited|ltd|plc|llp|the)\b', ' ', 'g'), '[^a-z0-9]+', '', 'g') AS name_key,
       least(p.known_from, f.known_from) AS known_from,
       CASE WHEN p.provider_id IS NOT NULL THEN 'cqc_api' ELSE f.source END AS source
FROM everyone e
LEFT JOIN staging.provider_version p ON p.provider_id = e.provider_id
LEFT JOIN from_locations f ON f.provider_id = e.provider_id
LEFT JOIN named n ON n.provider_id = e.provider_id
LEFT JOIN own_number o ON o.provider_id = e.provider_id
ORDER BY e.provider_id
