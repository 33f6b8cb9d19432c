-- Historic rating records as CQC's API gives them: one row per record, whatever the ratings it holds.
SELECT r.location_id, r.rated_on, r.report_link, count(*)::INTEGER AS ratings
FROM raw.cqc_rating r
JOIN staging.location_version v ON v.location_id = r.location_id AND v.load_id = r.load_id AND v.newest_no = 1
WHERE r.origin = 'historicRatings'
GROUP BY r.location_id, r.rated_on, r.report_link
ORDER BY r.location_id, r.rated_on, r.report_link
