SELECT provider_id, week, ends_on, COLUMNS(* EXCLUDE (provider_id, week, ends_on))::DOUBLE
FROM staging.provider_look
ORDER BY provider_id, week
