-- severity: fail
-- Each care package appears once.
SELECT placement_id FROM core.placement GROUP BY placement_id HAVING count(*) > 1
