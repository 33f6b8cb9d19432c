-- Decisions of the Local Government and Social Care Ombudsman that name a provider known here, or the council.
SELECT v.lgsco_ref AS decision_id, v.placed_location_id AS location_id, v.placed_provider_id AS provider_id, v.organisation, v.category, v.subcategory,
       coalesce(v.decision, 'unknown') AS decision, v.decision = 'upheld' AS upheld, v.decided_on, v.remedy, v.complied, v.first_received_on AS known_from,
       v.match_basis, v.load_id, v.row_no
FROM staging.lgsco_decision_placed v
ORDER BY v.decided_on, v.lgsco_ref
