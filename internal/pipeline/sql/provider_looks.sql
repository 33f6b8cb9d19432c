SELECT provider_id, week, ends_on, COLUMNS(* EXCLUDE (provider_id, week, ends_on))::DOUBLE
FROM staging.provider_look
LEFT JOIN staging.provider_look_money USING (provider_id, week)
ORDER BY provider_id, week
