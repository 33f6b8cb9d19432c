-- severity: fail
-- Each section 42 enquiry appears once.
SELECT enquiry_id FROM core.enquiry GROUP BY enquiry_id HAVING count(*) > 1
