SELECT s.unit_id, s.week, s.method || '/' || s.stream, s.observed::DOUBLE, s.expected::DOUBLE, s.usual_low::DOUBLE, s.usual_high::DOUBLE, s.window_weeks, coalesce(s.one_in, 0)
FROM analytics.signal s
WHERE s.unit_kind = 'location' AND (? = '' OR s.unit_id IN (SELECT l.unit_id FROM mart.look l WHERE l.unit_kind = 'location' AND list_contains(string_split(l.provider_ids, ','), ?)))
ORDER BY s.unit_id, s.week, s.method, s.stream
