-- One row per location named in CQC's lists of locations (active, deactivated, directory): of each fact the newest that any list states, because
-- the weekly directory says less than the monthly list. Being on the deactivated list is not being closed: see staging.location_link.
WITH delivered AS (
    SELECT r.*, l.received_on AS known_from,
           row_number() OVER (PARTITION BY r.location_id ORDER BY l.received_on, CASE r.register WHEN 'directory' THEN 0 WHEN 'active' THEN 1 ELSE 2 END,
                              l.file_name, r.load_id, r.row_no) AS seq
    FROM raw.cqc_register_file r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    JOIN staging.run run ON l.received_on <= run.as_of
), newest AS (
    SELECT location_id, arg_max(registration_status, seq) AS status, arg_max(deregistration_date, seq) AS deregistration_date,
           arg_max(registration_date, seq) AS registration_date, arg_max(location_name, seq) AS name, arg_max(provider_id, seq) AS provider_id,
           arg_max(provider_name, seq) AS provider_name, arg_max(ods_code, seq) AS ods_code, arg_max(uprn, seq) AS uprn, arg_max(location_type, seq) AS type,
           arg_max(inspection_directorate, seq) AS directorate, arg_max(primary_category, seq) AS primary_category, arg_max(care_home, seq) AS care_home,
           arg_max(number_of_beds, seq) AS number_of_beds, arg_max(dormancy, seq) AS dormant, arg_max(postal_code, seq) AS postal_code,
           arg_max(local_authority, seq) AS local_authority, arg_max(region, seq) AS region, arg_max(latitude, seq) AS latitude, arg_max(longitude, seq) AS longitude,
           arg_max(brand_id, seq) AS brand_id, arg_max(brand_name, seq) AS brand_name, arg_max(service_types, seq) AS service_types,
           arg_max(specialisms, seq) AS specialisms, arg_max(manager_present, seq) AS manager_present, arg_max(company_number, seq) AS company_number,
           arg_max(dual_registered, seq) AS dual_registered, arg_max(primary_id, seq) AS primary_id, max(known_from) AS known_from
    FROM delivered
    GROUP BY location_id
)
SELECT * REPLACE (
           CASE WHEN status = 'Deregistered' THEN deregistration_date END AS deregistration_date,
           -- A pair of registrations at one site has its beds once, at the one that stands for both.
           CASE WHEN dual_registered AND primary_id IS NOT NULL AND upper(primary_id) <> location_id THEN NULL ELSE number_of_beds END AS number_of_beds,
           -- The directory names no sector; its own kinds of service show whether a service is social care.
           coalesce(type, CASE WHEN service_types ILIKE '%homes%' OR service_types ILIKE '%homecare%' OR service_types ILIKE '%supported%' OR service_types ILIKE '%shared lives%'
                                    THEN 'Social Care Org' END) AS type)
FROM newest
