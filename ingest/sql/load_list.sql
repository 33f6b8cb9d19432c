SELECT load_id, source, file_name, sha256, bytes, received_on, loaded_at, rows_read, rows_loaded, rows_quarantined, status,
       coalesce(reason, '')
FROM load
WHERE ? = '' OR load_id = ?
ORDER BY received_on, source, file_name, load_id
