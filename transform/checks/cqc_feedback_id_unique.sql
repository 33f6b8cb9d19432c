-- severity: fail
-- Each count of feedback appears once.
SELECT feedback_id FROM core.cqc_feedback GROUP BY feedback_id HAVING count(*) > 1
