-- Every delivered body of every CQC location, oldest first, as known by the run's date.
SELECT r.*, l.received_on AS known_from,
       row_number() OVER (PARTITION BY r.location_id ORDER BY l.received_on DESC, l.file_name DESC, r.load_id DESC, r.row_no DESC) AS newest_no
FROM raw.cqc_location r
JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
JOIN staging.run run ON l.received_on <= run.as_of
