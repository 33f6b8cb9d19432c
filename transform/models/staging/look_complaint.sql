-- Complaints per location and look, in the version known at the look, and complaints of a theme that came after an earlier one of the same theme
-- had been closed: a running sum of what comes into and what goes out of each count, as for concerns.
-- by place: staging.complaint_placed(placed_location_id)
WITH given AS (
    SELECT v.placed_location_id AS location_id, v.complaint_ref, v.received_on, v.closed_on, v.theme, coalesce(v.outcome IN ('upheld', 'partially_upheld'), false) AS upheld,
           greatest(v.received_on, v.known_from) - e.first_end AS seen_from, least(v.received_on + 84, v.known_to) - e.first_end AS gone_12w,
           least(v.received_on + 182, v.known_to) - e.first_end AS gone_26w, least(v.received_on + 364, v.known_to) - e.first_end AS gone_52w, e.last_end - e.first_end AS last_day, e.looks
    FROM staging.complaint_placed v, staging.look_edge e
    WHERE v.placed_location_id IS NOT NULL AND v.received_on IS NOT NULL
), numbered AS (
    SELECT * EXCLUDE (seen_from, gone_12w, gone_26w, gone_52w, last_day, looks),
           CASE WHEN seen_from > last_day THEN looks ELSE greatest((seen_from + 6) // 7, 0) END::INTEGER AS from_no,
           CASE WHEN gone_12w > last_day THEN looks ELSE greatest((gone_12w + 6) // 7, 0) END::INTEGER AS to_12w,
           CASE WHEN gone_26w > last_day THEN looks ELSE greatest((gone_26w + 6) // 7, 0) END::INTEGER AS to_26w,
           CASE WHEN gone_52w > last_day THEN looks ELSE greatest((gone_52w + 6) // 7, 0) END::INTEGER AS to_52w
    FROM given
), span AS (
    SELECT * REPLACE (greatest(to_12w, from_no) AS to_12w, greatest(to_26w, from_no) AS to_26w) FROM numbered WHERE to_52w > from_no
), again AS (
    SELECT later.location_id, later.complaint_ref, greatest(later.from_no, earlier.from_no) AS from_no, least(later.to_52w, earlier.to_52w) AS to_no
    FROM span later
    JOIN span earlier ON earlier.location_id = later.location_id AND earlier.theme = later.theme AND earlier.complaint_ref <> later.complaint_ref AND earlier.closed_on < later.received_on
        AND earlier.to_52w > later.from_no AND later.to_52w > earlier.from_no
), repeated AS (
    -- A complaint that follows several counts once: only what an earlier pair does not cover adds to the count.
    SELECT location_id, to_no,
           least(to_no, greatest(from_no, max(to_no) OVER (PARTITION BY location_id, complaint_ref ORDER BY from_no, to_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))) AS from_no
    FROM again
), edge AS (
    SELECT location_id, upheld, unnest([from_no, to_12w, to_26w, to_52w]) AS look_no, unnest([1, -1, 0, 0]) AS in_12w, unnest([1, 0, -1, 0]) AS in_26w, unnest([1, 0, 0, -1]) AS in_52w, 0 AS repeats
    FROM span
    UNION ALL
    SELECT location_id, false, unnest([from_no, to_no]), 0, 0, 0, unnest([1, -1]) FROM repeated WHERE from_no < to_no
), standing AS (
    SELECT location_id, look_no, lead(look_no) OVER w AS next_no, sum(sum(in_12w)) OVER w AS complaints_12w, sum(sum(in_26w)) OVER w AS complaints_26w, sum(sum(in_52w)) OVER w AS complaints_52w,
           sum(sum(in_52w) FILTER (WHERE upheld)) OVER w AS complaints_upheld_52w, sum(sum(repeats)) OVER w AS complaint_theme_repeat_52w
    FROM edge
    GROUP BY location_id, look_no
    WINDOW w AS (PARTITION BY location_id ORDER BY look_no ROWS UNBOUNDED PRECEDING)
), laid AS (
    SELECT location_id, complaints_12w::INTEGER AS complaints_12w, complaints_26w::INTEGER AS complaints_26w, complaints_52w::INTEGER AS complaints_52w,
           complaints_upheld_52w::INTEGER AS complaints_upheld_52w, complaint_theme_repeat_52w::INTEGER AS complaint_theme_repeat_52w, unnest(range(look_no, next_no)) AS look_no
    FROM standing
    WHERE complaints_52w > 0
)
SELECT l.* EXCLUDE (look_no), k.week FROM laid l JOIN staging.look k ON k.look_no = l.look_no
