-- Every OCDS release received, once; core.contract holds what the newest of each contract's releases awards.
SELECT r.ocid, r.release_id, min(r.released_at) AS released_at, min(r.tag) AS tag, min(r.title) AS title, min(r.buyer_name) AS buyer,
       min(r.cpv) AS cpv, bool_or(coalesce(r.is_care, false)) AS is_care, min(r.value_amount)::DECIMAL(18,2) AS value
FROM raw.ocds_release r
JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
JOIN staging.run run ON l.received_on <= run.as_of
GROUP BY r.ocid, r.release_id
ORDER BY r.ocid, r.release_id
