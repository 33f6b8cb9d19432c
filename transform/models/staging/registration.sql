-- One row per registration: when it began and ended, and what tells that another carries it on. CQC's own body goes before its lists.
SELECT v.location_id, v.registration_status AS status, v.registration_date, v.deregistration_date, coalesce(v.care_home, false) AS care_home, v.uprn,
       regexp_replace(replace(lower(strip_accents(coalesce(v.name, ''))), '&', ' and '), '[^a-z0-9]+', '', 'g') AS name_key,
       upper(regexp_replace(coalesce(v.postal_code, ''), '\s+', '', 'g')) AS postcode_key, true AS has_body
FROM staging.location_version v
WHERE v.newest_no = 1
UNION ALL
SELECT f.location_id, f.status, f.registration_date, f.deregistration_date, coalesce(f.care_home, false), f.uprn,
       regexp_replace(replace(lower(strip_accents(coalesce(f.name, ''))), '&', ' and '), '[^a-z0-9]+', '', 'g'),
       upper(regexp_replace(coalesce(f.postal_code, ''), '\s+', '', 'g')), false
FROM staging.register_location f
WHERE NOT EXISTS (SELECT 1 FROM staging.location_version v WHERE v.location_id = f.location_id)
