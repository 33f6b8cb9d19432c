-- severity: fail
-- Each provider appears once.
SELECT provider_id FROM core.provider GROUP BY provider_id HAVING count(*) > 1
