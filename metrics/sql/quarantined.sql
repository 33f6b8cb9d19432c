SELECT s.source, count(DISTINCT q.load_id)::DOUBLE AS n
FROM ops.source s LEFT JOIN ops.quarantine q ON q.source = s.source AND q.resolved_at IS NULL
GROUP BY s.source ORDER BY s.source
