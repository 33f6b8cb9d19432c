-- The latest files of each source.
SELECT load_id, source, file_name, received_on, loaded_at, data_from, data_to, rows_read, rows_loaded, rows_quarantined, status, reason,
       coalesce(contracts, '') AS contracts
FROM ops.load
ORDER BY received_on DESC NULLS LAST, loaded_at DESC NULLS LAST, file_name
LIMIT 60
