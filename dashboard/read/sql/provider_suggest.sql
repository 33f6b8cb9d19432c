-- Providers as somebody types: by the start of a name, then anywhere in it, then by id, brand, a location's name or an earlier one, and postcode.
WITH asked AS (SELECT strip_accents(lower(trim($q))) AS needle, replace(lower($q), ' ', '') AS code),
place AS (
    SELECT l.provider_id, l.location_id, l.name, l.postcode, l.status, l.current_location_id FROM core.location l WHERE l.is_social_care
), hit AS (
    SELECT p.provider_id, CASE WHEN starts_with(strip_accents(lower(p.name)), needle) THEN 0 ELSE 1 END AS rank, '' AS via FROM core.provider p, asked WHERE contains(strip_accents(lower(p.name)), needle)
    UNION ALL SELECT p.provider_id, 0, '' FROM core.provider p, asked WHERE lower(p.provider_id) = code OR lower(p.company_number) = code
    UNION ALL SELECT p.provider_id, 2, 'brand: ' || p.brand_name FROM core.provider p, asked WHERE contains(strip_accents(lower(p.brand_name)), needle)
    UNION ALL SELECT l.provider_id, CASE WHEN l.status = 'Registered' THEN 2 ELSE 4 END, CASE WHEN l.status = 'Registered' THEN '' ELSE 'until its end: ' END || l.name FROM place l, asked WHERE contains(strip_accents(lower(l.name)), needle) OR lower(l.location_id) = code
    UNION ALL SELECT n.provider_id, 3, 'formerly ' || coalesce(nullif(op.name, np.name), o.name)
    FROM place o JOIN place n ON n.location_id = o.current_location_id LEFT JOIN core.provider op ON op.provider_id = o.provider_id LEFT JOIN core.provider np ON np.provider_id = n.provider_id, asked
    WHERE o.location_id <> n.location_id AND (contains(strip_accents(lower(o.name)), needle) OR contains(strip_accents(lower(op.name)), needle) OR lower(o.location_id) = code)
    UNION ALL SELECT l.provider_id, 3, l.postcode FROM place l, asked WHERE length(code) >= 3 AND starts_with(replace(lower(l.postcode), ' ', ''), code)
)
SELECT p.provider_id, p.name, coalesce(p.local_authority, '') AS area, p.status, arg_min(h.via, h.rank * 1000 + length(h.via)) AS via
FROM hit h JOIN core.provider p USING (provider_id)
WHERE p.is_social_care
GROUP BY p.provider_id, p.name, p.local_authority, p.status
ORDER BY min(h.rank), p.status <> 'Registered', lower(p.name), p.provider_id
LIMIT 8
