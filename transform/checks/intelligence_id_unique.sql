-- severity: fail
-- Each piece of intelligence appears once.
SELECT note_id FROM core.intelligence GROUP BY note_id HAVING count(*) > 1
