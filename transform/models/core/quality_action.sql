-- Actions that providers agreed, and whether they are done, open or overdue on the run's date.
SELECT v.action_ref AS action_id, v.visit_ref AS visit_id, coalesce(v.placed_location_id, q.location_id) AS location_id, coalesce(v.placed_provider_id, q.provider_id) AS provider_id,
       v.theme, v.priority, v.raised_on, v.due_on, v.completed_on,
       CASE WHEN v.status = 'cancelled' THEN 'cancelled' WHEN v.completed_on IS NOT NULL OR v.status = 'completed' THEN 'completed'
            WHEN v.due_on < run.as_of THEN 'overdue' ELSE 'open' END AS state,
       CASE WHEN v.completed_on IS NULL AND coalesce(v.status, 'open') = 'open' AND v.due_on < run.as_of THEN date_diff('day', v.due_on, run.as_of) END::INTEGER AS days_overdue,
       CASE WHEN v.completed_on > v.due_on THEN date_diff('day', v.due_on, v.completed_on) END::INTEGER AS days_late,
       v.first_received_on AS known_from, v.load_id, v.row_no
FROM staging.quality_action_placed v
CROSS JOIN staging.run run
LEFT JOIN core.quality_visit q ON q.visit_id = v.visit_ref
ORDER BY v.raised_on, v.action_ref
