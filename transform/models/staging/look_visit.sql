-- The newest quality visit known at each look: what it found, how that compares with the one before, and whether the next is overdue.
WITH version AS (
    SELECT v.visit_ref, p.placed_location_id AS location_id, v.visited_on, v.overall, v.next_due_on, v.file_received_on AS known_from,
           CASE v.overall WHEN 'poor' THEN 1 WHEN 'requires_improvement' THEN 2 WHEN 'good' THEN 3 WHEN 'excellent' THEN 4 END AS grade,
           len(list_filter([v.involvement, v.personalised_care, v.safety, v.staffing, v.management], d -> d IN ('poor', 'requires_improvement'))) AS domains_low,
           lead(v.file_received_on) OVER (PARTITION BY v.visit_ref ORDER BY v.version_no) AS known_to
    FROM staging.quality_visit_version v
    JOIN staging.quality_visit_placed p ON p.visit_ref = v.visit_ref
    WHERE p.placed_location_id IS NOT NULL AND v.visited_on IS NOT NULL
), seen AS (
    SELECT v.*, k.week, k.ends_on, row_number() OVER (PARTITION BY v.location_id, k.week ORDER BY v.visited_on DESC, v.visit_ref DESC) AS newest_no
    FROM version v
    JOIN staging.look k ON v.visited_on <= k.ends_on AND v.known_from <= k.ends_on AND (v.known_to IS NULL OR v.known_to > k.ends_on)
)
SELECT s.location_id, s.week, date_diff('day', s.visited_on, s.ends_on) AS visit_age_days,
       CASE WHEN s.grade <= 2 THEN 1 WHEN s.grade >= 3 THEN 0 END AS visit_below_good,
       CASE WHEN s.grade = 1 THEN 1 WHEN s.grade >= 2 THEN 0 END AS visit_poor,
       s.domains_low AS visit_domains_low,
       CASE WHEN before.grade IS NOT NULL THEN sign(s.grade - before.grade) END AS visit_direction,
       CASE WHEN s.next_due_on IS NOT NULL THEN greatest(date_diff('day', s.next_due_on, s.ends_on), 0) END AS visit_overdue_days
FROM seen s
LEFT JOIN seen before ON before.location_id = s.location_id AND before.week = s.week AND before.newest_no = 2
WHERE s.newest_no = 1
