UPDATE load
SET rows_read = ?, rows_loaded = ?, data_from = least(data_from, ?), data_to = greatest(data_to, ?),
    rows_quarantined = (SELECT count(*) FROM (SELECT DISTINCT table_name, row_no FROM quarantine WHERE load_id = ? AND resolved_at IS NULL))
WHERE load_id = ?
