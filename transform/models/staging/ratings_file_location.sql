-- One row per location named in a "latest ratings" file, from the newest file that names it.
SELECT r.location_id, r.location_name, r.care_home, r.location_type, r.primary_category, r.postal_code, r.local_authority, r.region,
       r.provider_id, r.provider_name, r.brand_id, r.brand_name, r.ods_code, l.received_on AS known_from
FROM raw.cqc_ratings_file r
JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
JOIN staging.run run ON l.received_on <= run.as_of
QUALIFY row_number() OVER (PARTITION BY r.location_id ORDER BY l.received_on DESC, l.file_name DESC, r.load_id DESC, r.row_no) = 1
