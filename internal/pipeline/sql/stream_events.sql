SELECT stream, location_id, week, known_week, n
FROM staging.stream_event
ORDER BY stream, location_id, week, known_week
