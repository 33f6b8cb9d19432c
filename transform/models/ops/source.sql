-- Every source with its freshness on the run's date: late once its newest delivery is older than one and a half times the expected interval.
WITH loads AS (
    SELECT l.source, max(l.loaded_at) AS last_attempt_at, max(l.loaded_at) FILTER (WHERE l.status = 'loaded') AS last_success_at,
           max(l.received_on) FILTER (WHERE l.status = 'loaded') AS last_received_on, max(l.data_to) FILTER (WHERE l.status = 'loaded') AS data_to,
           count(*) FILTER (WHERE l.status = 'loaded') AS files, coalesce(sum(l.rows_loaded), 0) AS rows_loaded,
           coalesce(sum(l.rows_quarantined), 0) AS rows_quarantined,
           arg_max(l.status, (l.received_on, l.loaded_at)) AS last_status, arg_max(l.reason, (l.received_on, l.loaded_at)) AS last_reason
    FROM raw.load l, staging.run run
    WHERE l.received_on <= run.as_of
    GROUP BY l.source
)
SELECT s.source, s.title, s.expected_days::INTEGER AS expected_interval_days, l.last_attempt_at, l.last_success_at, l.last_received_on,
       least(l.data_to, run.as_of) AS data_to, coalesce(l.files, 0)::INTEGER AS files, coalesce(l.rows_loaded, 0)::BIGINT AS rows_loaded,
       coalesce(l.rows_quarantined, 0)::BIGINT AS rows_quarantined,
       CASE WHEN s.last_error <> '' OR l.last_status = 'rejected' THEN 'failing'
            WHEN l.last_received_on IS NULL THEN 'never'
            WHEN date_diff('day', l.last_received_on, run.as_of) > s.expected_days * 1.5 THEN 'late'
            ELSE 'fresh' END AS state,
       CASE WHEN s.last_error <> '' THEN s.last_error WHEN l.last_status = 'rejected' THEN l.last_reason ELSE '' END AS last_error,
       date_diff('day', l.last_received_on, run.as_of)::INTEGER AS age_days
FROM staging.source s
CROSS JOIN staging.run run
LEFT JOIN loads l ON l.source = s.source
ORDER BY s.source
