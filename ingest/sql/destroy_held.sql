DELETE FROM quarantine WHERE load_id = ?
