SELECT location_id, coalesce(provider_id, ''), coalesce(brand_id, ''), service_kind, exposure::DOUBLE, exposure_basis, week, ends_on, coalesce(theme_top, ''), complaints_26w::DOUBLE,
       COLUMNS(* EXCLUDE (location_id, provider_id, brand_id, service_kind, exposure, exposure_basis, week, ends_on, theme_top, complaints_26w))::DOUBLE
FROM staging.location_look
LEFT JOIN staging.location_look_feed USING (location_id, week)
ORDER BY location_id, week
