-- How many people gave CQC feedback on each service in each period, as CQC shared it with the council. A count that CQC hid is unknown.
SELECT v.location_id_given || '/' || v.period_to AS feedback_id, v.location_id, v.provider_id, v.location_name, v.location_id_given, v.period_from, v.period_to,
       v.comments, v.comments_concern, v.comments_good,
       (SELECT min(f.known_from) FROM staging.cqc_feedback_version f WHERE f.location_id_given = v.location_id_given AND f.period_to = v.period_to) AS known_from, v.load_id, v.row_no
FROM staging.cqc_feedback_version v
WHERE v.known_to IS NULL
ORDER BY v.location_id_given, v.period_to
