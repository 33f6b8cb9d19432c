-- Concerns in each look's window against the usual range, for the one unit of the provider that stands out most now:
-- the provider as a whole where it is watched as one, or its location with the highest latest score.
WITH unit AS (
    SELECT s.unit_kind, s.unit_id, s.method
    FROM analytics.signal s
    LEFT JOIN core.location l ON s.unit_kind = 'location' AND l.location_id = s.unit_id
    WHERE s.stream = 'concerns' AND s.usual_high IS NOT NULL AND s.week <= CAST($week AS DATE)
      AND ((s.unit_kind = 'provider' AND s.unit_id = $provider) OR (s.unit_kind = 'location' AND l.provider_id = $provider))
    ORDER BY s.week DESC, s.score DESC NULLS LAST, s.unit_kind DESC, s.unit_id
    LIMIT 1
)
SELECT s.unit_kind, s.unit_id, coalesce(l.name, '') AS unit_name, s.week, CAST(s.observed AS DOUBLE) AS observed, CAST(s.expected AS DOUBLE) AS expected,
       CAST(s.usual_low AS DOUBLE) AS usual_low, CAST(s.usual_high AS DOUBLE) AS usual_high, CAST(coalesce(s.window_weeks, 12) AS BIGINT) AS window_weeks
FROM analytics.signal s JOIN unit u ON u.unit_kind = s.unit_kind AND u.unit_id = s.unit_id AND u.method = s.method
LEFT JOIN core.location l ON s.unit_kind = 'location' AND l.location_id = s.unit_id
WHERE s.stream = 'concerns' AND s.week > CAST($week AS DATE) - CAST($weeks AS INTEGER) * 7 AND s.week <= CAST($week AS DATE)
ORDER BY s.week
