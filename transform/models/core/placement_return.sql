-- What homes say of the people each authority placed with them, list by list. A list that has not come back is a row without a payer.
SELECT coalesce(l.current_location_id, x.location_id) AS location_id, coalesce(cl.provider_id, x.provider_id) AS provider_id, r.provider_name,
       r.list_on, r.due_on, r.returned_on, r.chased_on, r.authority, r.payer, r.people::INTEGER AS people,
       CASE WHEN r.returned_on IS NOT NULL THEN 'returned' WHEN r.due_on < run.as_of THEN 'overdue' ELSE 'due' END AS state,
       r.known_from, r.load_id, r.row_no
FROM staging.placement_return_row r
CROSS JOIN staging.run run
LEFT JOIN core.crosswalk x ON x.provider_name IS NOT DISTINCT FROM r.provider_name AND x.cqc_location_id IS NOT DISTINCT FROM r.cqc_location_id
    AND x.provider_postcode IS NOT DISTINCT FROM r.provider_postcode
LEFT JOIN core.location l ON l.location_id = x.location_id
LEFT JOIN core.location cl ON cl.location_id = coalesce(l.current_location_id, x.location_id)
WHERE r.newest_no = 1
ORDER BY r.list_on, location_id, r.provider_name, r.payer, r.authority, r.load_id, r.row_no
