-- Re-registration links, as CQC states them.
SELECT location_id, related_location_id, relation, reason
FROM staging.location_link
ORDER BY location_id, related_location_id, relation, reason
