-- People whom authorities place with each location, by what the list known at the look said: now and half a year before. A package that
-- fell off the list without an end is taken to have ended with the last list it stood on. Each location has a row from the first look at which
-- a package was known, though nobody be placed there any longer.
-- by place: core.placement(location_id)
WITH package AS (
    SELECT p.location_id, coalesce(p.person_ref, p.placement_id) AS person, p.weekly_hours, p.known_from - e.first_end AS known_from, p.starts_on - e.first_end AS starts_on,
           coalesce(p.ends_on, CASE WHEN p.left_list THEN p.listed_on + 1 END) - e.first_end AS gone_on, e.last_end - e.first_end AS last_day, e.looks
    FROM core.placement p, staging.look_edge e
    WHERE p.location_id IS NOT NULL AND p.starts_on IS NOT NULL
), dated AS (
    SELECT location_id, person, weekly_hours, last_day, looks, known_from, greatest(known_from, starts_on) AS from_day, gone_on, greatest(known_from, starts_on + 182) AS before_from, gone_on + 182 AS before_gone
    FROM package
), span AS (
    SELECT location_id, person, weekly_hours, looks,
           CASE WHEN known_from > last_day THEN looks ELSE greatest((known_from + 6) // 7, 0) END::INTEGER AS known_no,
           CASE WHEN from_day > last_day THEN looks ELSE greatest((from_day + 6) // 7, 0) END::INTEGER AS from_no,
           CASE WHEN gone_on IS NULL OR gone_on > last_day THEN looks ELSE greatest((gone_on + 6) // 7, 0) END::INTEGER AS to_no,
           CASE WHEN before_from > last_day THEN looks ELSE greatest((before_from + 6) // 7, 0) END::INTEGER AS before_from,
           CASE WHEN before_gone IS NULL OR before_gone > last_day THEN looks ELSE greatest((before_gone + 6) // 7, 0) END::INTEGER AS before_to
    FROM dated
), person AS (
    -- One person with several packages counts once: only what an earlier package does not cover adds to the count.
    SELECT location_id, least(to_no, greatest(from_no, max(to_no) OVER (PARTITION BY location_id, person ORDER BY from_no, to_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))) AS from_no, to_no
    FROM span WHERE from_no < to_no
), person_before AS (
    SELECT location_id, least(before_to, greatest(before_from, max(before_to) OVER (PARTITION BY location_id, person ORDER BY before_from, before_to ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))) AS from_no, before_to AS to_no
    FROM span WHERE before_from < before_to
), edge AS (
    SELECT location_id, unnest([from_no, to_no]) AS look_no, unnest([1, -1]) AS people, 0 AS people_before, NULL AS hours FROM person
    UNION ALL
    SELECT location_id, unnest([from_no, to_no]), 0, unnest([1, -1]), NULL FROM person_before
    UNION ALL
    SELECT location_id, unnest([from_no, to_no]), 0, 0, unnest([weekly_hours, -weekly_hours]) FROM span WHERE from_no < to_no AND weekly_hours IS NOT NULL
    UNION ALL
    SELECT location_id, min(known_no), 0, 0, NULL FROM span GROUP BY location_id
    UNION ALL
    SELECT location_id, looks, 0, 0, NULL FROM span GROUP BY location_id, looks
), standing AS (
    SELECT location_id, look_no, lead(look_no) OVER w AS next_no, sum(sum(people)) OVER w AS people_placed, sum(sum(people_before)) OVER w AS people_placed_before, sum(sum(hours)) OVER w AS hours_placed
    FROM edge
    GROUP BY location_id, look_no
    WINDOW w AS (PARTITION BY location_id ORDER BY look_no ROWS UNBOUNDED PRECEDING)
), laid AS (
    SELECT location_id, people_placed::INTEGER AS people_placed, people_placed_before::INTEGER AS people_placed_before, hours_placed, unnest(range(look_no, next_no)) AS look_no FROM standing
)
SELECT l.* EXCLUDE (look_no), k.week FROM laid l JOIN staging.look k ON k.look_no = l.look_no
