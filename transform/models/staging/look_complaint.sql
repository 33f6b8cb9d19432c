-- Complaints per location and look, and complaints of a theme that came after an earlier one of the same theme had been closed.
WITH seen AS (
    SELECT v.placed_location_id AS location_id, k.week, k.ends_on, v.complaint_ref, v.received_on, v.closed_on, v.theme, v.outcome
    FROM staging.complaint_placed v
    JOIN staging.look k ON v.received_on <= k.ends_on AND v.received_on > k.ends_on - 364
        AND v.known_from <= k.ends_on AND (v.known_to IS NULL OR v.known_to > k.ends_on)
    WHERE v.placed_location_id IS NOT NULL
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
