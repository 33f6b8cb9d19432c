-- Every event that bears on a service, once per feed that reported it. Two feeds that tell of the same incident carry one key: a complaint
-- received on the day of a concern about the same location, on the same theme, is that concern told again.
-- by place: staging.scope(location_id), core.concern(location_id), core.complaint(location_id)
WITH theme(complaint_theme, abuse) AS (
    VALUES ('Medication', 'Neglect'), ('Food and nutrition', 'Neglect'), ('Quality of care', 'Neglect'), ('Missed or late visits', 'Neglect'),
           ('Safety', 'Neglect'), ('Safety', 'Physical'), ('Environment and cleanliness', 'Neglect'), ('Staff conduct', 'Physical'),
           ('Staff conduct', 'Psychological'), ('Staff conduct', 'Discriminatory'), ('Dignity and respect', 'Psychological'),
           ('Dignity and respect', 'Discriminatory'), ('Charging', 'Financial')
), same AS (
    SELECT q.complaint_id, min(c.concern_id) AS concern_id
    FROM core.complaint q
    JOIN theme t ON t.complaint_theme = q.theme
    JOIN core.concern c ON c.location_id = q.location_id AND c.received_on = q.received_on AND c.attribution = 'provider' AND contains(coalesce(c.abuse_types, ''), t.abuse)
    GROUP BY q.complaint_id
)
SELECT 'concern/' || c.concern_id AS incident_key, 'safeguarding' AS family, c.location_id, c.received_on AS occurred_on, 'safeguarding_concerns' AS feed, c.concern_id AS record_id
FROM core.concern c
WHERE c.attribution = 'provider' AND c.location_id IN (SELECT location_id FROM staging.scope)
UNION ALL
SELECT CASE WHEN s.concern_id IS NULL THEN 'complaint/' || q.complaint_id ELSE 'concern/' || s.concern_id END, 'complaints', q.location_id, q.received_on, 'complaints', q.complaint_id
FROM core.complaint q
LEFT JOIN same s ON s.complaint_id = q.complaint_id
WHERE q.location_id IN (SELECT location_id FROM staging.scope)
ORDER BY location_id, occurred_on, family, record_id
