-- The first and the last edition of the "latest ratings" file, over the local authorities that the last one covers.
WITH bounds AS (
    SELECT min(received_on) AS first_on, max(received_on) AS last_on FROM core.ratings_edition
), words(word, score) AS (VALUES ('Outstanding', 4), ('Good', 3), ('Requires improvement', 2), ('Inadequate', 1)),
area AS (
    SELECT DISTINCT l.local_authority FROM core.ratings_edition e JOIN bounds b ON e.received_on = b.last_on JOIN core.location l ON l.location_id = e.location_id
), early AS (
    SELECT e.location_id, e.received_on, e.rated_on, w.score, l.provider_id, l.brand_id, l.local_authority
    FROM core.ratings_edition e
    JOIN bounds b ON e.received_on = b.first_on AND b.first_on < b.last_on
    JOIN core.location l ON l.location_id = e.location_id
    LEFT JOIN words w ON w.word = e.rating
    WHERE e.is_social_care
), late AS (
    SELECT e.location_id, w.score, e.received_on FROM core.ratings_edition e JOIN bounds b ON e.received_on = b.last_on LEFT JOIN words w ON w.word = e.rating
)
SELECT e.location_id, coalesce(e.provider_id, ''), coalesce(e.brand_id, ''), e.received_on, e.rated_on, coalesce(e.score, 0)::INTEGER, b.last_on,
       n.location_id IS NOT NULL AS still_there, coalesce(n.score, 0)::INTEGER, e.local_authority IN (SELECT a.local_authority FROM area a) AS in_area
FROM early e
CROSS JOIN bounds b
LEFT JOIN late n ON n.location_id = e.location_id
ORDER BY e.location_id
