INSERT INTO load (load_id, source, file_name, sha256, bytes, received_on, loaded_at, data_from, data_to, rows_read, rows_loaded,
                  rows_quarantined, status, reason, contracts)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
