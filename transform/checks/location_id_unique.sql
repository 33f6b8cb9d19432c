-- severity: fail
-- Each location appears once.
SELECT location_id FROM core.location GROUP BY location_id HAVING count(*) > 1
