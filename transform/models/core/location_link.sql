-- Re-registration links, as CQC states them; those inferred from its lists say so in their reason.
SELECT location_id, related_location_id, relation, reason
FROM staging.location_link
ORDER BY location_id, related_location_id, relation, reason
