-- What happened to providers, each on the day it became known.
SELECT 'downgrade' AS kind, l.provider_id, l.location_id, r.known_from AS known_on
FROM core.rating_change r
JOIN core.location was ON was.location_id = r.location_id
JOIN core.location l ON l.location_id = was.current_location_id
WHERE r.domain = 'Overall' AND r.direction < 0 AND l.provider_id IS NOT NULL
UNION ALL
SELECT 'closure', l.provider_id, l.location_id, l.deregistered_on
FROM core.location l
WHERE l.deregistered_on IS NOT NULL AND l.current_location_id = l.location_id AND l.is_social_care AND l.provider_id IS NOT NULL
UNION ALL
SELECT 'closure_inadequate', l.provider_id, l.location_id, l.deregistered_on
FROM core.location l
JOIN core.rating_current r ON r.location_id = l.location_id
WHERE l.deregistered_on IS NOT NULL AND l.current_location_id = l.location_id AND l.is_social_care AND l.provider_id IS NOT NULL AND r.rating_score = 1
UNION ALL
-- A panel's answer to a flag, in the day of its decision.
SELECT 'panel', c.provider_id, c.location_id, c.decided_on
FROM analytics.confirmation c
WHERE c.confirmed = 1 AND c.provider_id IS NOT NULL
ORDER BY kind, provider_id, known_on
