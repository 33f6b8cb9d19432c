SELECT provider_id, on_date, kind, coalesce(level, -1), coalesce(failure_kind, ''), coalesce(reason, '')
FROM analytics.decision
ORDER BY provider_id, on_date, kind, level
