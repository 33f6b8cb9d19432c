SELECT source, week, concerns, locations
FROM mart.recording_week
ORDER BY source, week
