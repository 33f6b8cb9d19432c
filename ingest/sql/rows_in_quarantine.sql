DELETE FROM {table}
WHERE load_id = ? AND row_no IN (SELECT row_no FROM quarantine WHERE load_id = ? AND table_name = ? AND resolved_at IS NULL)
