-- severity: fail
-- Each location has one row per look.
SELECT location_id, week FROM staging.location_look GROUP BY ALL HAVING count(*) > 1
