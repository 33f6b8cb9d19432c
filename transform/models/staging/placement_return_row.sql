-- Rows of the yearly lists that homes owe, as known by the run's date. A later delivery about the same home and list replaces the earlier one.
SELECT r.*, l.received_on AS known_from,
       dense_rank() OVER (PARTITION BY coalesce(r.cqc_location_id, ''), coalesce(r.provider_name, ''), coalesce(r.provider_postcode, ''), r.list_on
           ORDER BY l.received_on DESC, l.file_name DESC, r.load_id DESC) AS newest_no
FROM raw.placement_return r
JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
JOIN staging.run run ON l.received_on <= run.as_of
