-- severity: fail
-- Each concern appears once.
SELECT concern_id FROM core.concern GROUP BY concern_id HAVING count(*) > 1
