SELECT load_id, source, file_name, coalesce(table_name, ''), row_no, coalesce(column_name, ''), reason_code, reason,
       coalesce(value_class, ''), quarantined_at, resolved_at, coalesce(resolution, '')
FROM {table}
WHERE (? = '' OR source = ?) AND (? = '' OR starts_with(load_id, ?)) AND (? = '' OR table_name = ?) AND (? = '' OR reason_code = ?)
  AND (? OR resolved_at IS NULL)
ORDER BY source, file_name, load_id, 4, row_no, 6, reason_code
LIMIT ? OFFSET ?
