SELECT load_id, source, status, rows_loaded FROM load ORDER BY received_on, source, file_name, load_id
