-- Events that count towards a service, by the week they happened and the week they became known. Only streams that are not derived
-- from one another: concerns (attributed to the provider), complaints, and incidents that providers reported themselves. Enquiries come
-- from concerns and are left out.
SELECT 'concerns' AS stream, c.location_id, c.week, greatest(date_trunc('week', c.known_from)::DATE, c.week) AS known_week, count(*)::BIGINT AS n
FROM core.concern c JOIN staging.scope s ON s.location_id = c.location_id
WHERE c.attribution = 'provider'
GROUP BY ALL
UNION ALL
SELECT 'complaints', c.location_id, c.week, greatest(date_trunc('week', c.known_from)::DATE, c.week), count(*)::BIGINT
FROM core.complaint c JOIN staging.scope s ON s.location_id = c.location_id
GROUP BY ALL
UNION ALL
SELECT 'incidents', c.location_id, c.week, greatest(date_trunc('week', c.known_from)::DATE, c.week), count(*)::BIGINT
FROM core.incident c JOIN staging.scope s ON s.location_id = c.location_id
GROUP BY ALL
