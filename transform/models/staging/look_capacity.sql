-- What each service had last said of its beds by each look, how its occupancy compares with the oldest update of the half year before,
-- and how many monthly windows in a row it has missed.
WITH said AS (
    SELECT c.location_id, k.week, k.ends_on, c.updated_on, c.beds, c.occupied, c.people_supported, c.admissions_open
    FROM core.capacity c
    JOIN staging.look k ON c.known_from <= k.ends_on AND c.updated_on <= k.ends_on AND c.updated_on > k.ends_on - 364
), newest AS (
    SELECT location_id, week, ends_on, max(updated_on) AS updated_on, arg_max(people_supported, updated_on) AS people_supported,
           arg_max(admissions_open, updated_on) AS admissions_open,
           -- The newest update may leave beds out: occupancy is of the newest that names them.
           max(updated_on) FILTER (WHERE beds > 0 AND occupied BETWEEN 0 AND beds) AS counted_on,
           arg_max(occupied, updated_on) FILTER (WHERE beds > 0 AND occupied BETWEEN 0 AND beds) AS occupied,
           arg_max(occupied::DOUBLE / beds, updated_on) FILTER (WHERE beds > 0 AND occupied BETWEEN 0 AND beds) AS share
    FROM said
    GROUP BY ALL
), before AS (
    SELECT n.location_id, n.week, arg_min(s.occupied::DOUBLE / s.beds, s.updated_on) AS share
    FROM newest n
    JOIN said s ON s.location_id = n.location_id AND s.week = n.week AND s.beds > 0 AND s.occupied BETWEEN 0 AND s.beds
        AND s.updated_on > n.ends_on - 182 AND s.updated_on <= n.counted_on - 28
    GROUP BY ALL
), kept AS (
    SELECT w.location_id, k.week, max(w.window_from) FILTER (WHERE NOT w.missed) AS kept_from
    FROM core.capacity_window w
    JOIN staging.look k ON w.judged_on <= k.ends_on
    GROUP BY ALL
), missed AS (
    SELECT t.location_id, t.week, count(*) FILTER (WHERE w.missed AND (t.kept_from IS NULL OR w.window_from > t.kept_from)) AS n
    FROM kept t
    JOIN staging.look k ON k.week = t.week
    JOIN core.capacity_window w ON w.location_id = t.location_id AND w.judged_on <= k.ends_on
    GROUP BY ALL
)
SELECT n.location_id, n.week, n.occupied AS beds_occupied, n.share::DECIMAL(18,6) AS occupancy_share,
       CASE WHEN b.share IS NOT NULL THEN greatest(b.share - n.share, 0)::DECIMAL(18,6) END AS occupancy_fall_26w,
       n.people_supported, CASE WHEN n.admissions_open THEN 0 WHEN NOT n.admissions_open THEN 1 END AS admissions_closed,
       date_diff('day', n.updated_on, n.ends_on) AS capacity_age_days, m.n AS capacity_missed
FROM newest n
LEFT JOIN before b ON b.location_id = n.location_id AND b.week = n.week
LEFT JOIN missed m ON m.location_id = n.location_id AND m.week = n.week
