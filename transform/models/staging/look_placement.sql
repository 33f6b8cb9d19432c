-- People whom authorities place with each location, by what the list known at the look said: now and half a year before. A package that
-- fell off the list without an end is taken to have ended with the last list it stood on.
WITH package AS (
    SELECT p.location_id, p.provider_id, p.person_ref, p.placement_id, p.weekly_hours, p.starts_on,
           coalesce(p.ends_on, CASE WHEN p.left_list THEN p.listed_on + 1 END) AS gone_on, p.known_from
    FROM core.placement p
    WHERE p.location_id IS NOT NULL AND p.starts_on IS NOT NULL
)
SELECT p.location_id, k.week,
       count(DISTINCT coalesce(p.person_ref, p.placement_id)) FILTER (WHERE p.starts_on <= k.ends_on AND (p.gone_on IS NULL OR p.gone_on > k.ends_on)) AS people_placed,
       count(DISTINCT coalesce(p.person_ref, p.placement_id)) FILTER (WHERE p.starts_on <= k.ends_on - 182 AND (p.gone_on IS NULL OR p.gone_on > k.ends_on - 182)) AS people_placed_before,
       sum(p.weekly_hours) FILTER (WHERE p.starts_on <= k.ends_on AND (p.gone_on IS NULL OR p.gone_on > k.ends_on)) AS hours_placed
FROM package p
JOIN staging.look k ON p.known_from <= k.ends_on
GROUP BY p.location_id, k.week
