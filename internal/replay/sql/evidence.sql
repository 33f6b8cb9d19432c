SELECT flag_id, feed, record_id, coalesce(location_id, ''), occurred_on, known_from, coalesce(what, '')
FROM analytics.flag_evidence
ORDER BY flag_id, occurred_on, record_id, feed
