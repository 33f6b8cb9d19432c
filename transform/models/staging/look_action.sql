-- Actions that providers agreed, as known at each look: open, overdue, how long the oldest is overdue, and actions raised on a theme
-- after an earlier action on that theme had been completed at the same place.
WITH version AS (
    SELECT v.action_ref, coalesce(p.placed_location_id, q.placed_location_id) AS location_id, v.theme, v.raised_on, v.due_on, v.completed_on,
           coalesce(v.status, 'open') AS status, v.file_received_on AS known_from,
           lead(v.file_received_on) OVER (PARTITION BY v.action_ref ORDER BY v.version_no) AS known_to
    FROM staging.quality_action_version v
    JOIN staging.quality_action_placed p ON p.action_ref = v.action_ref
    LEFT JOIN staging.quality_visit_placed q ON q.visit_ref = p.visit_ref
), seen AS (
    SELECT v.*, k.week, k.ends_on,
           v.status = 'open' AND (v.completed_on IS NULL OR v.completed_on > k.ends_on) AS is_open
    FROM version v
    JOIN staging.look k ON v.raised_on <= k.ends_on AND v.known_from <= k.ends_on AND (v.known_to IS NULL OR v.known_to > k.ends_on)
    WHERE v.location_id IS NOT NULL
), returned AS (
    SELECT later.location_id, later.week, count(DISTINCT later.action_ref) AS n
    FROM seen later
    JOIN seen earlier ON earlier.location_id = later.location_id AND earlier.week = later.week AND earlier.theme = later.theme
        AND earlier.action_ref <> later.action_ref AND earlier.completed_on < later.raised_on
    WHERE later.raised_on > later.ends_on - 364 AND later.status <> 'cancelled'
    GROUP BY ALL
)
SELECT s.location_id, s.week,
       count(*) FILTER (WHERE s.is_open) AS actions_open,
       count(*) FILTER (WHERE s.is_open AND s.due_on < s.ends_on) AS actions_overdue,
       coalesce(max(date_diff('day', s.due_on, s.ends_on)) FILTER (WHERE s.is_open AND s.due_on < s.ends_on), 0) AS action_overdue_days,
       coalesce(max(r.n), 0) AS action_returns_52w
FROM seen s
LEFT JOIN returned r ON r.location_id = s.location_id AND r.week = s.week
GROUP BY s.location_id, s.week
