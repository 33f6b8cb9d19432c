-- A soft flag is raised first and opens once a second source stands beside it; a hard one opens as it is raised.
WITH step(to_state) AS (VALUES ('raised'), ('open'), ('cleared')), reached AS (
    SELECT 'raised' AS to_state FROM analytics.flag
    UNION ALL
    SELECT 'open' FROM analytics.flag WHERE state = 'open' OR state = 'cleared' AND (strength = 'hard' OR coalesce(corroborated_by, '') <> '')
    UNION ALL
    SELECT 'cleared' FROM analytics.flag WHERE state = 'cleared'
)
SELECT step.to_state, count(reached.to_state)::DOUBLE AS n
FROM step LEFT JOIN reached ON reached.to_state = step.to_state
GROUP BY step.to_state
ORDER BY step.to_state
