-- Monitoring visits and audits with their outcomes, overall and by domain. Scores run from 1 (poor) to 4 (excellent); NULL is not assessed.
WITH grade(word, score) AS (VALUES ('poor', 1), ('requires_improvement', 2), ('good', 3), ('excellent', 4))
SELECT v.visit_ref AS visit_id, v.placed_location_id AS location_id, v.placed_provider_id AS provider_id, v.visited_on, v.visit_type, v.tool, v.overall,
       g.score::INTEGER AS overall_score, v.involvement, v.personalised_care, v.safety, v.staffing, v.management, v.score, v.actions::INTEGER AS actions_agreed,
       v.report_on, v.next_due_on, v.next_due_on < run.as_of AND NOT EXISTS (
           SELECT 1 FROM staging.quality_visit_placed later WHERE later.placed_location_id = v.placed_location_id AND later.visited_on > v.visited_on) AS next_overdue,
       lag(g.score) OVER (PARTITION BY v.placed_location_id ORDER BY v.visited_on, v.visit_ref)::INTEGER AS score_before,
       v.first_received_on AS known_from, v.match_basis, v.load_id, v.row_no
FROM staging.quality_visit_placed v
CROSS JOIN staging.run run
LEFT JOIN grade g ON g.word = v.overall
ORDER BY v.visited_on, v.visit_ref
