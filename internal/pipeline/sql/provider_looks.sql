-- Everything that rules look at, of the providers from one id to another, in no order.
SELECT provider_id, provider_id AS answers, '' AS brand_id, week, ends_on,
       COLUMNS(* EXCLUDE (provider_id, week, ends_on))::DOUBLE
FROM (SELECT * FROM staging.provider_look WHERE provider_id BETWEEN $1 AND $2)
LEFT JOIN (SELECT * FROM staging.provider_look_money WHERE provider_id BETWEEN $1 AND $2) USING (provider_id, week)
LEFT JOIN (SELECT * FROM scratch.provider_signal WHERE provider_id BETWEEN $1 AND $2) USING (provider_id, week)
