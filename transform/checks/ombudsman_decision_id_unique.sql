-- severity: fail
-- Each decision of the Ombudsman appears once.
SELECT decision_id FROM core.ombudsman_decision GROUP BY decision_id HAVING count(*) > 1
