SELECT load_id, source, file_name, coalesce(table_name, ''), coalesce(column_name, ''), reason_code, min(reason),
       count(DISTINCT row_no), min(row_no), min(quarantined_at)
FROM {table}
WHERE (? = '' OR source = ?) AND (? = '' OR starts_with(load_id, ?)) AND (? = '' OR table_name = ?) AND (? = '' OR reason_code = ?)
  AND (? OR resolved_at IS NULL)
GROUP BY ALL
ORDER BY min(quarantined_at), source, file_name, load_id, 4, min(row_no), 5, reason_code
