-- Each edition of the "latest ratings" file, one row per location: what the whole-location row says, or the worst of its services
-- where that row says "Not Rated". Rows of an edition are never counted as locations.
WITH stated AS (
    SELECT l.received_on, r.location_id, r.location_type, r.care_home, r.service_group,
           CASE lower(trim(r.rating)) WHEN 'requires improvement' THEN 'Requires improvement' WHEN 'insufficient evidence to rate' THEN 'Insufficient evidence to rate'
                WHEN 'not rated' THEN 'Not rated' ELSE trim(r.rating) END AS rating,
           CASE lower(trim(r.rating)) WHEN 'outstanding' THEN 4 WHEN 'good' THEN 3 WHEN 'requires improvement' THEN 2 WHEN 'inadequate' THEN 1 END AS score,
           r.publication_date
    FROM raw.cqc_ratings_file r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    JOIN staging.run run ON l.received_on <= run.as_of
    WHERE r.domain = 'Overall'
), located AS (
    SELECT l.received_on, r.location_id, max(r.location_type) AS location_type
    FROM raw.cqc_ratings_file r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    JOIN staging.run run ON l.received_on <= run.as_of
    GROUP BY ALL
), whole AS (
    SELECT received_on, location_id, max(rating) AS rating, max(score) AS score, max(publication_date) AS rated_on FROM stated WHERE service_group = 'Overall' GROUP BY ALL
), services AS (
    SELECT received_on, location_id, arg_min(rating, score) AS rating, max(publication_date) AS rated_on FROM stated WHERE service_group <> 'Overall' AND score IS NOT NULL GROUP BY ALL
)
SELECT p.received_on, p.location_id, coalesce(p.location_type = 'Social Care Org', false) AS is_social_care,
       CASE WHEN w.score IS NULL AND coalesce(w.rating, 'Not rated') = 'Not rated' THEN coalesce(s.rating, w.rating) ELSE w.rating END AS rating,
       coalesce(w.rated_on, s.rated_on) AS rated_on
FROM located p
LEFT JOIN whole w ON w.received_on = p.received_on AND w.location_id = p.location_id
LEFT JOIN services s ON s.received_on = p.received_on AND s.location_id = p.location_id
ORDER BY p.received_on, p.location_id
