-- Every source with how many days it is past the day its next data was due, as of the run.
SELECT source, title, CAST(expected_interval_days AS BIGINT) AS expected_days, last_attempt_at, last_success_at, data_to,
       CAST(files AS BIGINT) AS files, rows_loaded, rows_quarantined, state, last_error,
       CASE WHEN data_to IS NULL THEN NULL
            ELSE greatest(0, date_diff('day', data_to, CAST($as_of AS DATE)) - expected_interval_days) END AS late_days
FROM ops.source
ORDER BY CASE state WHEN 'failing' THEN 0 WHEN 'late' THEN 1 WHEN 'never' THEN 3 ELSE 2 END, title, source
