-- The newest entry of each service on the council's own register, with an id for the organisation behind it: CQC's where it has one.
SELECT r.*, l.received_on AS known_from,
       coalesce(upper(r.cqc_provider_id), 'LOCAL-P-' || upper(coalesce(r.provider_ref, left(md5(lower(trim(r.provider_name))), 10)))) AS provider_id
FROM raw.local_service r
JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
JOIN staging.run run ON l.received_on <= run.as_of
QUALIFY row_number() OVER (PARTITION BY r.service_ref ORDER BY l.received_on DESC, l.file_name DESC, r.load_id DESC, r.row_no DESC) = 1
