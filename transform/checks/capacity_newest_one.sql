-- severity: fail
-- Each service has just one newest update of its capacity.
SELECT location_id FROM core.capacity GROUP BY location_id HAVING count(*) FILTER (WHERE is_newest) <> 1
