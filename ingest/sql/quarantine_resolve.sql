UPDATE quarantine SET resolved_at = ?, resolution = ? WHERE load_id = ? AND resolved_at IS NULL
