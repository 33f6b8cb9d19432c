-- Re-registrations: predecessor and successor links from the newest body of each location.
SELECT DISTINCT r.location_id, r.related_location_id,
       CASE WHEN r.relation_type ILIKE '%predecessor%' THEN 'predecessor' WHEN r.relation_type ILIKE '%successor%' THEN 'successor' ELSE 'other' END AS relation,
       r.reason
FROM raw.cqc_relationship r
JOIN staging.location_version v ON v.load_id = r.load_id AND v.location_id = r.location_id AND v.newest_no = 1
