SELECT unit_kind, unit_id, provider_ids, coalesce(brand_id, ''), week, ends_on, COLUMNS(* EXCLUDE (unit_kind, unit_id, provider_ids, brand_id, week, ends_on, coverage))::DOUBLE
FROM mart.look
WHERE ? = '' OR list_contains(string_split(provider_ids, ','), ?)
ORDER BY unit_kind, unit_id, week
