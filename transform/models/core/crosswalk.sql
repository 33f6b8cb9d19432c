-- Who is meant. What a person decided goes before everything. Then exact keys: the CQC location id; then postcode with the same normalised name; then a postcode at which just one
-- social-care location is registered; then a normalised name that only one location, or failing that one provider, bears.
-- What none of these settles stays unmatched and is counted.
WITH by_decision AS (
    SELECT g.*, d.location_id, coalesce(l.provider_id, d.provider_id) AS provider_id, 'decided by a person' AS basis, 0 AS rank
    FROM staging.name_given g
    JOIN staging.match_decision d ON d.accepted AND d.provider_name = g.provider_name AND d.cqc_location_id IS NOT DISTINCT FROM g.cqc_location_id
        AND d.provider_postcode IS NOT DISTINCT FROM g.provider_postcode
    LEFT JOIN core.location l ON l.location_id = d.location_id
), by_id AS (
    SELECT g.*, l.location_id, l.provider_id, 'cqc location id' AS basis, 1 AS rank
    FROM staging.name_given g JOIN core.location l ON l.location_id = g.location_key
), by_postcode_name AS (
    SELECT g.*, min(l.location_id) AS location_id, min(l.provider_id) AS provider_id, 'postcode and name' AS basis, 2 AS rank
    FROM staging.name_given g JOIN core.location l ON l.postcode_key = g.postcode_key AND l.name_key = g.name_key AND l.status = 'Registered'
    WHERE g.postcode_key <> '' AND g.name_key <> ''
    GROUP BY ALL
    HAVING count(DISTINCT l.location_id) = 1
), by_postcode_like_name AS (
    SELECT g.*, l.location_id, l.provider_id, 'postcode and similar name' AS basis, 3 AS rank
    FROM staging.name_given g JOIN core.location l ON l.postcode_key = g.postcode_key AND l.status = 'Registered' AND l.is_social_care
    WHERE g.postcode_key <> '' AND g.name_key <> '' AND jaro_winkler_similarity(l.name_key, g.name_key) >= 0.90
    QUALIFY count(*) OVER (PARTITION BY g.provider_name, g.cqc_location_id, g.provider_postcode) = 1
), by_name AS (
    SELECT g.*, min(l.location_id) AS location_id, min(l.provider_id) AS provider_id, 'location name' AS basis, 4 AS rank
    FROM staging.name_given g JOIN core.location l ON l.name_key = g.name_key AND l.is_social_care AND l.location_id = l.current_location_id
    WHERE g.name_key <> ''
    GROUP BY ALL
    HAVING count(DISTINCT l.location_id) = 1
), by_provider AS (
    SELECT g.*, NULL::VARCHAR AS location_id, min(p.provider_id) AS provider_id, 'provider name' AS basis, 5 AS rank
    FROM staging.name_given g JOIN core.provider p ON p.name_key = g.name_key
    WHERE g.name_key <> ''
    GROUP BY ALL
    HAVING count(DISTINCT p.provider_id) = 1
), every AS (
    SELECT * FROM by_decision UNION ALL SELECT * FROM by_id UNION ALL SELECT * FROM by_postcode_name UNION ALL SELECT * FROM by_postcode_like_name
    UNION ALL SELECT * FROM by_name UNION ALL SELECT * FROM by_provider
)
SELECT provider_name, cqc_location_id, provider_postcode, location_id, provider_id, basis
FROM every e
WHERE NOT EXISTS (SELECT 1 FROM staging.match_decision d WHERE NOT d.accepted AND d.provider_name = e.provider_name
    AND d.cqc_location_id IS NOT DISTINCT FROM e.cqc_location_id AND d.provider_postcode IS NOT DISTINCT FROM e.provider_postcode
    AND d.location_id IS NOT DISTINCT FROM e.location_id AND (d.provider_id IS NOT DISTINCT FROM e.provider_id OR d.location_id IS NOT NULL))
QUALIFY row_number() OVER (PARTITION BY provider_name, cqc_location_id, provider_postcode ORDER BY rank) = 1
ORDER BY provider_name, cqc_location_id, provider_postcode
