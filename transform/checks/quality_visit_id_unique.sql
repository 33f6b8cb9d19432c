-- severity: fail
-- Each quality visit appears once.
SELECT visit_id FROM core.quality_visit GROUP BY visit_id HAVING count(*) > 1
