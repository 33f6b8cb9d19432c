SELECT source, state, age_days, expected_interval_days FROM ops.source ORDER BY source
