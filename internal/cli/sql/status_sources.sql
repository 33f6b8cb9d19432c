SELECT source, title, state, age_days, data_to, files, rows_loaded, rows_quarantined, coalesce(last_error, '') FROM ops.source ORDER BY source
