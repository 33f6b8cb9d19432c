-- severity: fail
-- Nothing in the snapshot was known later than the run's date.
SELECT concern_id AS id FROM core.concern, staging.run WHERE known_from > as_of
UNION ALL SELECT complaint_id FROM core.complaint, staging.run WHERE known_from > as_of
UNION ALL SELECT enquiry_id FROM core.enquiry, staging.run WHERE known_from > as_of
UNION ALL SELECT location_id FROM core.rating, staging.run WHERE known_from > as_of
UNION ALL SELECT contract_id FROM core.contract, staging.run WHERE known_from > as_of
UNION ALL SELECT placement_id FROM core.placement, staging.run WHERE known_from > as_of
UNION ALL SELECT location_id FROM core.placement_return, staging.run WHERE known_from > as_of
UNION ALL SELECT location_id FROM core.capacity, staging.run WHERE known_from > as_of
UNION ALL SELECT incident_id FROM core.incident, staging.run WHERE known_from > as_of
UNION ALL SELECT visit_id FROM core.quality_visit, staging.run WHERE known_from > as_of
UNION ALL SELECT action_id FROM core.quality_action, staging.run WHERE known_from > as_of
UNION ALL SELECT decision_id FROM core.ombudsman_decision, staging.run WHERE known_from > as_of
UNION ALL SELECT company_number FROM core.company_event, staging.run WHERE known_from > as_of
UNION ALL SELECT company_number FROM core.company, staging.run WHERE known_from > as_of
UNION ALL SELECT supplier_name FROM core.spend_month, staging.run WHERE known_from > as_of
UNION ALL SELECT note_id FROM core.intelligence, staging.run WHERE known_from > as_of
UNION ALL SELECT feedback_id FROM core.cqc_feedback, staging.run WHERE known_from > as_of
