-- The weeks (Mondays) for which counts are kept: from the first event, at most five years back, to the last complete week. None without events.
WITH bounds AS (
    SELECT min(on_date) AS first_on FROM (
        SELECT min(received_on) AS on_date FROM staging.concern_version
        UNION ALL SELECT min(received_on) FROM staging.complaint_version)
)
SELECT week::DATE AS week, (week + INTERVAL 6 DAY)::DATE AS ends_on
FROM bounds, staging.run run,
     range(greatest(date_trunc('week', bounds.first_on), run.look_week - INTERVAL 259 WEEK)::TIMESTAMP, (run.look_week + INTERVAL 1 DAY)::TIMESTAMP, INTERVAL 1 WEEK) t(week)
WHERE bounds.first_on IS NOT NULL
