-- Everything that rules look at, of the locations from one id to another, in no order.
SELECT location_id, coalesce(provider_id, ''), coalesce(brand_id, ''), week, ends_on,
       COLUMNS(* EXCLUDE (location_id, provider_id, brand_id, service_kind, exposure, exposure_basis, week, ends_on, complaints_26w))::DOUBLE
FROM (SELECT * FROM staging.location_look WHERE location_id BETWEEN $1 AND $2)
LEFT JOIN (SELECT * FROM staging.location_look_feed WHERE location_id BETWEEN $1 AND $2) USING (location_id, week)
LEFT JOIN (SELECT * FROM scratch.look_signal WHERE location_id BETWEEN $1 AND $2) USING (location_id, week)
