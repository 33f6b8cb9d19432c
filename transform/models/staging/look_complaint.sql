-- Complaints per location and look, and complaints of a theme that came after an earlier one of the same theme had been closed.
WITH edge AS (
    SELECT min(ends_on) AS first_end FROM staging.look
), laid AS (
    SELECT v.placed_location_id AS location_id, v.complaint_ref, v.received_on, v.closed_on, v.theme, v.outcome, v.known_from, v.known_to,
           unnest(range(greatest(date_diff('day', e.first_end, greatest(v.received_on, v.known_from)) // 7, 0),
                        date_diff('day', e.first_end, least(v.received_on + 364, coalesce(v.known_to, v.received_on + 364))) // 7 + 2)) AS look_no
    FROM staging.complaint_placed v, edge e
    WHERE v.placed_location_id IS NOT NULL AND v.received_on > e.first_end - 371
), seen AS (
    SELECT l.location_id, k.week, k.ends_on, l.complaint_ref, l.received_on, l.closed_on, l.theme, l.outcome
    FROM laid l
    JOIN staging.look k ON k.look_no = l.look_no
    WHERE l.received_on <= k.ends_on AND l.received_on > k.ends_on - 364 AND l.known_from <= k.ends_on AND (l.known_to IS NULL OR l.known_to > k.ends_on)
), repeated AS (
    SELECT later.location_id, later.week, count(DISTINCT later.complaint_ref) AS n
    FROM seen later
    JOIN seen earlier ON earlier.location_id = later.location_id AND earlier.week = later.week AND earlier.theme = later.theme
        AND earlier.complaint_ref <> later.complaint_ref AND earlier.closed_on < later.received_on
    GROUP BY ALL
), counted AS (
    SELECT location_id, week, count(*) FILTER (WHERE received_on > ends_on - 84) AS complaints_12w,
           count(*) FILTER (WHERE received_on > ends_on - 182) AS complaints_26w, count(*) AS complaints_52w,
           count(*) FILTER (WHERE outcome IN ('upheld', 'partially_upheld')) AS complaints_upheld_52w
    FROM seen
    GROUP BY ALL
)
SELECT c.*, coalesce(r.n, 0) AS complaint_theme_repeat_52w
FROM counted c
LEFT JOIN repeated r ON r.location_id = c.location_id AND r.week = c.week
