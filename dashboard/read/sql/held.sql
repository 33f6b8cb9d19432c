-- Files that are held, whole, because their number of rows lies outside their source's history, the oldest first.
SELECT load_id, source, file_name, received_on, loaded_at, data_from, data_to, rows_read, rows_loaded, rows_quarantined, status, reason,
       coalesce(contracts, '') AS contracts
FROM ops.load
WHERE status = 'rejected' AND starts_with(coalesce(reason, ''), 'held for its number of rows')
ORDER BY received_on, source, file_name, load_id
