SELECT '' AS note_id, 1 AS version, '' AS provider_id, '' AS location_id, DATE '2000-01-01' AS known_from, DATE '2000-01-01' AS on_date, '' AS source,
       '' AS reliability, '' AS theme, '' AS bears, '' AS elsewhere, '' AS sharing, false AS withdrawn
WHERE false
