SELECT source, last_attempt_at, last_success_at, data_to::TIMESTAMP, expected_interval_days::DOUBLE * 86400 AS expected_seconds
FROM ops.source
ORDER BY source
