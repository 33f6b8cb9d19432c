-- What the statistics said of the locations from one id to another.
SELECT unit_id, week, method || '/' || stream, observed::DOUBLE, expected::DOUBLE, usual_low::DOUBLE, usual_high::DOUBLE, window_weeks, coalesce(one_in, 0)
FROM analytics.signal
WHERE unit_kind = 'location' AND unit_id BETWEEN $1 AND $2
