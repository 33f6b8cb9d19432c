-- Each stream's count in each look's window against the usual range, for the one unit of the provider that stands out most now:
-- the provider as a whole where it is watched as one, or its location with the highest latest score. All streams in one question: finding
-- the provider's signals among everybody's is most of its work.
WITH place AS (
    SELECT location_id AS unit_id, name FROM core.location WHERE provider_id = $provider
    UNION ALL
    SELECT CAST($provider AS VARCHAR), ''
), mine AS (
    SELECT s.stream, s.unit_kind, s.unit_id, s.week, s.method, s.observed, s.expected, s.score, s.usual_low, s.usual_high, s.window_weeks
    FROM analytics.signal s
    WHERE s.unit_id IN (SELECT unit_id FROM place) AND s.stream IN ('concerns', 'complaints', 'incidents') AND s.unit_kind IN ('location', 'provider')
      AND s.usual_high IS NOT NULL AND s.week > CAST($week AS DATE) - CAST($weeks AS INTEGER) * 7 AND s.week <= CAST($week AS DATE)
), best AS (
    SELECT DISTINCT ON (stream) stream, unit_kind, unit_id, method FROM mine ORDER BY stream, week DESC, score DESC NULLS LAST, unit_kind DESC, unit_id, method
)
SELECT m.stream, m.unit_kind, m.unit_id, coalesce(p.name, '') AS unit_name, m.week, CAST(m.observed AS DOUBLE) AS observed, CAST(m.expected AS DOUBLE) AS expected,
       CAST(m.usual_low AS DOUBLE) AS usual_low, CAST(m.usual_high AS DOUBLE) AS usual_high, CAST(coalesce(m.window_weeks, 12) AS BIGINT) AS window_weeks
FROM mine m JOIN best USING (stream, unit_kind, unit_id, method) LEFT JOIN place p ON p.unit_id = m.unit_id
ORDER BY m.stream, m.week
