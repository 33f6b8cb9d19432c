DELETE FROM {table} WHERE load_id = ?
