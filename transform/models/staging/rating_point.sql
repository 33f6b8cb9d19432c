-- The rating in force after each publication, per location and domain. Where the location as a whole has a rating it stands until
-- a newer one of a single service replaces it; then the worst of the services rated since is taken, which is the safe reading.
-- "Not Rated" for the whole beside a rated service is therefore no change.
WITH record AS (
    SELECT location_id, domain, service_group, rated_on, min(rating_score) AS score, bool_and(inherited) AS inherited, min(known_from) AS known_from
    FROM staging.rating_record
    WHERE rating_score IS NOT NULL AND rated_on IS NOT NULL
    GROUP BY location_id, domain, service_group, rated_on
), point AS (
    SELECT location_id, domain, rated_on AS at, min(known_from) AS known_from, bool_and(inherited) AS inherited
    FROM record
    GROUP BY location_id, domain, rated_on
), latest AS (
    SELECT p.location_id, p.domain, p.at, r.service_group, arg_max(r.score, r.rated_on) AS score, max(r.rated_on) AS rated_on
    FROM point p
    JOIN record r ON r.location_id = p.location_id AND r.domain = p.domain AND r.rated_on <= p.at
    GROUP BY p.location_id, p.domain, p.at, r.service_group
), whole AS (
    SELECT * FROM latest WHERE service_group = 'Overall'
), services AS (
    SELECT l.location_id, l.domain, l.at, min(l.score) AS score
    FROM latest l
    LEFT JOIN whole w ON w.location_id = l.location_id AND w.domain = l.domain AND w.at = l.at
    WHERE l.service_group <> 'Overall' AND (w.rated_on IS NULL OR l.rated_on > w.rated_on)
    GROUP BY l.location_id, l.domain, l.at
)
SELECT p.location_id, p.domain, p.at AS rated_on, p.known_from, p.inherited,
       coalesce(s.score, w.score) AS score, CASE WHEN s.score IS NULL THEN 'overall' ELSE 'worst service' END AS basis
FROM point p
LEFT JOIN whole w ON w.location_id = p.location_id AND w.domain = p.domain AND w.at = p.at
LEFT JOIN services s ON s.location_id = p.location_id AND s.domain = p.domain AND s.at = p.at
