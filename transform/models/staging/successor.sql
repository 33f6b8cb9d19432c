-- The end of each location's chain of successors. A fork (two successors) keeps to the one registered last; a circle ends by the depth bound.
WITH RECURSIVE edge AS (
    SELECT location_id AS from_id, related_location_id AS to_id FROM staging.location_link WHERE relation = 'successor'
    UNION
    SELECT related_location_id, location_id FROM staging.location_link WHERE relation = 'predecessor'
), known_edge AS (
    SELECT e.from_id, e.to_id, v.registration_date
    FROM edge e
    JOIN staging.registration v ON v.location_id = e.to_id
    WHERE e.from_id <> e.to_id
    QUALIFY row_number() OVER (PARTITION BY e.from_id ORDER BY v.registration_date DESC NULLS LAST, e.to_id DESC) = 1
), walk AS (
    SELECT from_id AS location_id, to_id AS current_id, 1 AS hops FROM known_edge
    UNION ALL
    SELECT w.location_id, k.to_id, w.hops + 1
    FROM walk w JOIN known_edge k ON k.from_id = w.current_id
    WHERE w.hops < 12 AND k.to_id <> w.location_id
)
SELECT location_id, arg_max(current_id, hops) AS current_location_id, max(hops) AS hops
FROM walk
GROUP BY location_id
