-- severity: fail
-- Each incident appears once.
SELECT incident_id FROM core.incident GROUP BY incident_id HAVING count(*) > 1
