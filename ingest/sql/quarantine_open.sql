SELECT table_name, row_no, min(quarantined_at)
FROM quarantine
WHERE load_id = ? AND resolved_at IS NULL
GROUP BY table_name, row_no
