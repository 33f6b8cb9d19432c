-- severity: fail
-- Each agreed action appears once.
SELECT action_id FROM core.quality_action GROUP BY action_id HAVING count(*) > 1
