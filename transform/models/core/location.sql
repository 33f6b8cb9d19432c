-- One row per location. CQC's API body is preferred; a location known only from its lists of locations or from a ratings file has what that file says. Services that CQC
-- does not register come from the council's own register and stand beside the others.
WITH api AS (
    SELECT v.location_id, v.provider_id, v.name, v.organisation_type, v.type, v.inspection_directorate AS directorate,
           coalesce(v.care_home, false) AS care_home, v.number_of_beds AS registered_beds, v.postal_code AS postcode,
           v.local_authority, v.region, v.latitude, v.longitude, v.registration_status AS status,
           v.registration_date AS registered_on, v.deregistration_date AS deregistered_on, coalesce(v.dormancy, false) AS dormant,
           CASE WHEN v.manager_count IS NULL THEN NULL ELSE v.manager_count > 0 END AS manager_present,
           v.manager_absent_date AS manager_absent_from, v.brand_id, v.brand_name, v.ods_code, v.primary_category,
           v.service_types, v.specialisms, v.known_from, 'cqc_api' AS source
    FROM staging.location_version v
    WHERE v.newest_no = 1
), listed AS (
    SELECT r.location_id, r.provider_id, r.name, 'Location' AS organisation_type, r.type, r.directorate, coalesce(r.care_home, false) AS care_home,
           r.number_of_beds AS registered_beds, r.postal_code AS postcode, r.local_authority, r.region, r.latitude, r.longitude, r.status,
           r.registration_date AS registered_on, r.deregistration_date AS deregistered_on, coalesce(r.dormant, false) AS dormant, r.manager_present,
           NULL::DATE AS manager_absent_from, nullif(r.brand_id, '-') AS brand_id, nullif(r.brand_name, '-') AS brand_name, r.ods_code, r.primary_category,
           r.service_types, r.specialisms, r.known_from, 'cqc_register_files' AS source
    FROM staging.register_location r
    WHERE NOT EXISTS (SELECT 1 FROM api WHERE api.location_id = r.location_id)
), file_only AS (
    SELECT f.location_id, f.provider_id, f.location_name AS name, 'Location' AS organisation_type, f.location_type AS type,
           NULL AS directorate, coalesce(f.care_home, false) AS care_home, NULL::BIGINT AS registered_beds, f.postal_code AS postcode,
           f.local_authority, f.region, NULL::DOUBLE AS latitude, NULL::DOUBLE AS longitude, 'Registered' AS status,
           NULL::DATE AS registered_on, NULL::DATE AS deregistered_on, false AS dormant, NULL::BOOLEAN AS manager_present,
           NULL::DATE AS manager_absent_from, nullif(f.brand_id, '-') AS brand_id, nullif(f.brand_name, '-') AS brand_name, f.ods_code, f.primary_category,
           NULL AS service_types, NULL AS specialisms, f.known_from, 'cqc_ratings' AS source
    FROM staging.ratings_file_location f
    WHERE NOT EXISTS (SELECT 1 FROM api WHERE api.location_id = f.location_id)
      AND NOT EXISTS (SELECT 1 FROM listed WHERE listed.location_id = f.location_id)
), drawn AS (
    -- Where a postcode lies, by the first service at it of which that is known.
    SELECT replace(upper(postcode), ' ', '') AS postcode, arg_min(latitude, location_id) AS latitude, arg_min(longitude, location_id) AS longitude
    FROM (SELECT postcode, latitude, longitude, location_id FROM api UNION ALL SELECT postcode, latitude, longitude, location_id FROM listed)
    WHERE postcode IS NOT NULL AND latitude IS NOT NULL AND longitude IS NOT NULL GROUP BY ALL
), own_register AS (
    SELECT s.service_ref AS location_id, s.provider_id, s.service_name AS name, 'Location' AS organisation_type, 'Social Care Org' AS type,
           NULL AS directorate, false AS care_home, NULL::BIGINT AS registered_beds, s.postcode, s.local_authority, NULL AS region,
           CASE WHEN s.latitude IS NOT NULL AND s.longitude IS NOT NULL THEN s.latitude ELSE d.latitude END AS latitude,
           CASE WHEN s.latitude IS NOT NULL AND s.longitude IS NOT NULL THEN s.longitude ELSE d.longitude END AS longitude, CASE WHEN coalesce(s.status, 'open') = 'closed' THEN 'Deregistered' ELSE 'Registered' END AS status,
           s.opened_on AS registered_on, s.closed_on AS deregistered_on, false AS dormant, NULL::BOOLEAN AS manager_present, NULL::DATE AS manager_absent_from,
           NULL AS brand_id, NULL AS brand_name, NULL AS ods_code, s.service_kind AS primary_category, NULL AS service_types, NULL AS specialisms, s.known_from, 'local_register' AS source
    FROM staging.local_service_now s LEFT JOIN drawn d ON d.postcode = replace(upper(s.postcode), ' ', '')
), both_sources AS (
    SELECT * FROM api
    UNION ALL
    SELECT * FROM listed
    UNION ALL
    SELECT * FROM file_only
    UNION ALL
    SELECT * FROM own_register
)
SELECT b.location_id, b.provider_id, b.name, b.organisation_type, b.type, b.directorate,
       CASE WHEN b.source = 'local_register' THEN coalesce(b.primary_category, 'other')
            WHEN b.service_types ILIKE '%nursing homes%' THEN 'care_home_nursing'
            WHEN b.care_home OR b.service_types ILIKE '%residential homes%' OR b.primary_category ILIKE 'residential social care%' THEN 'care_home'
            WHEN b.service_types ILIKE '%supported living%' THEN 'supported_living'
            WHEN b.service_types ILIKE '%supported housing%' OR b.service_types ILIKE '%extra care%' THEN 'extra_care'
            WHEN b.service_types ILIKE '%shared lives%' THEN 'shared_lives'
            WHEN b.service_types ILIKE '%homecare%' OR b.primary_category ILIKE 'community based adult social care%' THEN 'home_care'
            ELSE 'other' END AS service_kind,
       b.care_home, b.registered_beds::INTEGER AS registered_beds, b.postcode, b.local_authority, b.region, b.latitude, b.longitude,
       b.status, b.registered_on, b.deregistered_on, b.dormant, b.manager_present, b.manager_absent_from,
       b.brand_id, b.brand_name, b.ods_code, b.primary_category, b.service_types, b.specialisms,
       coalesce(b.type = 'Social Care Org', false) AS is_social_care,
       coalesce(s.current_location_id, b.location_id) AS current_location_id,
       regexp_replace(regexp_replace(replace(lower(strip_accents(b.name)), '&', ' and '), '\b(limited|ltd|plc|llp|the)\b', ' ', 'g'), '[^a-z0-9]+', '', 'g') AS name_key,
       upper(regexp_replace(coalesce(b.postcode, ''), '\s+', '', 'g')) AS postcode_key,
       b.known_from, b.source
FROM both_sources b
LEFT JOIN staging.successor s ON s.location_id = b.location_id
ORDER BY b.location_id
