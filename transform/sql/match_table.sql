SELECT '' AS provider_name, '' AS cqc_location_id, '' AS provider_postcode, '' AS location_id, '' AS provider_id, true AS accepted,
       DATE '2000-01-01' AS decided_on, '' AS decided_by, '' AS why, '' AS book_hash
WHERE false
