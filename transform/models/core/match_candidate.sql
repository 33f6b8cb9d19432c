-- Names that nothing settles, each with the up to three locations or providers that are most like it, for a person to decide on. Names are
-- compared where they begin alike, stand at the same postcode, or one contains the other at the same postcode district. The margin is
-- how far a candidate stands before the next. Pairs that somebody rejected are not proposed again.
WITH missed AS (
    SELECT g.provider_name, g.cqc_location_id, g.provider_postcode, g.name_key, g.postcode_key
    FROM staging.name_given g
    LEFT JOIN core.crosswalk x ON x.provider_name IS NOT DISTINCT FROM g.provider_name AND x.cqc_location_id IS NOT DISTINCT FROM g.cqc_location_id
        AND x.provider_postcode IS NOT DISTINCT FROM g.provider_postcode
    WHERE x.provider_id IS NULL AND length(g.name_key) >= 4
    UNION
    SELECT supplier_name, NULL, NULL, regexp_replace(regexp_replace(replace(lower(strip_accents(supplier_name)), '&', ' and '), '\b(limited|ltd|plc|llp|the)\b', ' ', 'g'), '[^a-z0-9]+', '', 'g'), ''
    FROM core.contract WHERE provider_id IS NULL AND is_care AND length(supplier_name) >= 4
), target AS (
    SELECT location_id, provider_id, name, name_key, postcode_key, left(postcode_key, greatest(length(postcode_key) - 3, 0)) AS district
    FROM core.location WHERE is_social_care AND location_id = current_location_id AND name_key <> ''
    UNION ALL
    SELECT NULL, provider_id, name, name_key, upper(regexp_replace(coalesce(postcode, ''), '\s+', '', 'g')), ''
    FROM core.provider WHERE is_social_care AND name_key <> ''
), pair AS (
    SELECT m.*, t.location_id, t.provider_id, t.name AS candidate, t.name_key AS candidate_key, t.postcode_key AS candidate_postcode
    FROM missed m JOIN target t ON left(t.name_key, 4) = left(m.name_key, 4)
    UNION
    SELECT m.*, t.location_id, t.provider_id, t.name, t.name_key, t.postcode_key
    FROM missed m JOIN target t ON t.postcode_key = m.postcode_key AND m.postcode_key <> ''
    UNION
    SELECT m.*, t.location_id, t.provider_id, t.name, t.name_key, t.postcode_key
    FROM missed m JOIN target t ON t.district = left(m.postcode_key, greatest(length(m.postcode_key) - 3, 0)) AND t.district <> ''
        AND (contains(m.name_key, t.name_key) OR contains(t.name_key, m.name_key)) AND least(length(m.name_key), length(t.name_key)) >= 6
), scored AS (
    SELECT p.*, least(jaro_winkler_similarity(p.name_key, p.candidate_key)
               + CASE WHEN p.postcode_key <> '' AND p.postcode_key = p.candidate_postcode THEN 0.10 ELSE 0 END
               + CASE WHEN contains(p.name_key, p.candidate_key) OR contains(p.candidate_key, p.name_key) THEN 0.05 ELSE 0 END, 1)::DECIMAL(5,3) AS score,
           p.postcode_key <> '' AND p.postcode_key = p.candidate_postcode AS same_postcode
    FROM pair p
    WHERE NOT EXISTS (SELECT 1 FROM staging.match_decision d WHERE NOT d.accepted AND d.provider_name = p.provider_name
        AND d.cqc_location_id IS NOT DISTINCT FROM p.cqc_location_id AND d.provider_postcode IS NOT DISTINCT FROM p.provider_postcode
        AND d.location_id IS NOT DISTINCT FROM p.location_id AND d.provider_id IS NOT DISTINCT FROM p.provider_id)
), ranked AS (
    SELECT *, row_number() OVER w AS place, score - lead(score, 1, 0) OVER w AS margin
    FROM scored WHERE score >= 0.800
    WINDOW w AS (PARTITION BY provider_name, cqc_location_id, provider_postcode ORDER BY score DESC, location_id NULLS LAST, provider_id)
)
SELECT r.provider_name, r.cqc_location_id, r.provider_postcode, r.place::INTEGER AS place, r.location_id, r.provider_id, r.candidate, r.score, r.margin::DECIMAL(5,3) AS margin,
       r.same_postcode, coalesce(n.records, 0)::INTEGER AS records
FROM ranked r
LEFT JOIN core.name_open n ON n.provider_name = r.provider_name AND n.cqc_location_id IS NOT DISTINCT FROM r.cqc_location_id
    AND n.provider_postcode IS NOT DISTINCT FROM r.provider_postcode
WHERE r.place <= 3
ORDER BY records DESC, r.provider_name, r.cqc_location_id, r.provider_postcode, r.place
