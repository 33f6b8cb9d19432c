-- The list of providers: searched, filtered, sorted and paged.
-- The total is counted over a materialized list, never by a window: the engine's parallel windows can fail and take the handle with them.
WITH place AS (
    SELECT l.provider_id,
           string_agg(DISTINCT nullif(l.local_authority, ''), ', ' ORDER BY nullif(l.local_authority, '')) AS areas,
           string_agg(DISTINCT l.service_kind, '|' ORDER BY l.service_kind) AS kinds,
           min(rc.rating_score) AS lowest_score,
           arg_min(rc.rating, rc.rating_score) AS lowest_rating,
           bool_or(l.local_authority = $area) AS in_area,
           bool_or(l.service_kind = $kind) AS of_kind,
           bool_or($q <> '' AND (contains(strip_accents(lower(l.name)), strip_accents(lower($q)))
                   OR replace(lower(l.postcode), ' ', '') = replace(lower($q), ' ', '') OR lower(l.location_id) = lower($q))) AS matches
    FROM core.location l LEFT JOIN core.rating_current rc USING (location_id)
    WHERE l.is_social_care AND l.status = 'Registered'
    GROUP BY l.provider_id
), recent AS (
    SELECT provider_id, sum(concerns) AS concerns
    FROM mart.provider_week
    WHERE week > CAST($week AS DATE) - 84 AND week <= CAST($week AS DATE) AND ($scope = '*' OR provider_id IN (SELECT unnest(string_split($scope, ','))))
    GROUP BY provider_id
), former AS (
    -- What ended, and what a newer registration carries on, under the names that they had.
    SELECT DISTINCT n.provider_id
    FROM core.location o JOIN core.location n ON n.location_id = o.current_location_id LEFT JOIN core.provider op ON op.provider_id = o.provider_id
    WHERE $q <> '' AND (o.status <> 'Registered' OR o.location_id <> n.location_id)
      AND (contains(strip_accents(lower(o.name)), strip_accents(lower($q))) OR lower(o.location_id) = lower($q) OR (o.location_id <> n.location_id AND contains(strip_accents(lower(op.name)), strip_accents(lower($q)))))
), person AS (
    SELECT provider_id, count(DISTINCT person_ref) AS people FROM core.placement
    WHERE is_current AND ($scope = '*' OR provider_id IN (SELECT unnest(string_split($scope, ',')))) GROUP BY provider_id
), room AS (
    SELECT l.provider_id, sum(n.occupied) AS occupied, sum(n.beds) FILTER (WHERE n.occupied IS NOT NULL) AS told_beds FROM mart.capacity_now n JOIN core.location l USING (location_id)
    WHERE l.status = 'Registered' AND ($scope = '*' OR l.provider_id IN (SELECT unnest(string_split($scope, ',')))) GROUP BY l.provider_id
), hit AS MATERIALIZED (
    SELECT p.provider_id, p.name, p.status, coalesce(place.areas, p.local_authority) AS areas, place.kinds,
           CAST(coalesce(p.locations_active, 0) AS BIGINT) AS locations, CAST(p.beds_active AS BIGINT) AS beds, p.brand_id, p.brand_name,
           (pl.provider_id IS NOT NULL) AS visible, CAST(coalesce(pl.level, 0) AS BIGINT) AS level, pl.failure_kind, pl.since, CAST(coalesce(pl.flags_open, 0) AS BIGINT) AS flags_open,
           CAST(coalesce(pl.flags_waiting, 0) AS BIGINT) AS flags_waiting, pl.headline, CAST(pl.previous_level AS BIGINT) AS previous_level, pl.moved_on,
           place.lowest_rating AS rating, CAST(place.lowest_score AS BIGINT) AS rating_score,
           CAST(coalesce(recent.concerns, 0) AS BIGINT) AS concerns_12w, CAST(person.people AS BIGINT) AS people,
           CAST(CASE WHEN room.told_beds > 0 THEN 100.0 * room.occupied / room.told_beds END AS DOUBLE) AS taken
    FROM core.provider p
    LEFT JOIN person USING (provider_id)
    LEFT JOIN room USING (provider_id)
    LEFT JOIN place USING (provider_id)
    LEFT JOIN recent USING (provider_id)
    LEFT JOIN analytics.provider_level pl ON pl.provider_id = p.provider_id AND ($scope = '*' OR pl.provider_id IN (SELECT unnest(string_split($scope, ','))))
    WHERE (p.is_social_care OR pl.level > 0)
      AND ($status = 'all' OR p.status <> 'Deregistered' OR pl.level > 0)
      AND ($levels = '' OR list_contains(string_split($levels, ','), CAST(pl.level AS VARCHAR)))
      AND ($area = '' OR coalesce(place.in_area, p.local_authority = $area, false))
      AND ($kind = '' OR coalesce(place.of_kind, false))
      AND ($brand = '' OR p.brand_id = $brand)
      AND ($rating = '' OR ($rating = 'none' AND place.lowest_score IS NULL) OR CAST(place.lowest_score AS VARCHAR) = $rating)
      AND ($moved = '' OR pl.moved_on >= TRY_CAST($moved AS DATE))
      AND ($q = '' OR contains(strip_accents(lower(p.name)), strip_accents(lower($q))) OR lower(p.provider_id) = lower($q)
           OR lower(p.company_number) = lower($q) OR contains(strip_accents(lower(coalesce(p.brand_name, ''))), strip_accents(lower($q)))
           OR replace(lower(p.postcode), ' ', '') = replace(lower($q), ' ', '') OR coalesce(place.matches, false)
           OR p.provider_id IN (SELECT provider_id FROM former))
)
SELECT hit.*, CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit
ORDER BY 
    CASE WHEN $sort = 'level' THEN CASE WHEN visible THEN -level ELSE 1 END END,
    CASE WHEN $sort = 'beds' THEN -coalesce(beds, 0) END,
    CASE WHEN $sort = 'concerns' THEN -concerns_12w END,
    CASE WHEN $sort = 'rating' THEN coalesce(rating_score, 9) END,
    CASE WHEN $sort = 'moved' THEN moved_on END DESC NULLS LAST,
    CASE WHEN $sort = 'level' THEN flags_open END DESC,
    lower(name), provider_id
LIMIT $limit OFFSET $offset
