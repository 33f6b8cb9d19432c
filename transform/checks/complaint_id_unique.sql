-- severity: fail
-- Each complaint appears once.
SELECT complaint_id FROM core.complaint GROUP BY complaint_id HAVING count(*) > 1
