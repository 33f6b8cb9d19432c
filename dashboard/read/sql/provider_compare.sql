-- Up to four providers side by side. What is known here and not in the register is told for those of the scope.
WITH mine AS (SELECT *, $scope = '*' OR provider_id IN (SELECT unnest(string_split($scope, ','))) AS visible FROM core.provider WHERE provider_id IN (SELECT unnest(string_split($providers, ',')))),
place AS (
    SELECT l.provider_id, string_agg(DISTINCT nullif(l.local_authority, ''), ', ' ORDER BY nullif(l.local_authority, '')) AS areas, string_agg(DISTINCT l.service_kind, '|' ORDER BY l.service_kind) AS kinds,
           count(*) AS locations, sum(l.registered_beds) AS beds, count(*) FILTER (WHERE rc.rating_score <= 2) AS below_good, count(*) FILTER (WHERE rc.rating_score IS NULL) AS unrated,
           arg_min(rc.rating, rc.rating_score) AS lowest, max(rc.age_days) AS oldest_days, count(*) FILTER (WHERE l.manager_present = false) AS no_manager,
           sum(n.occupied) AS occupied, sum(n.beds) FILTER (WHERE n.occupied IS NOT NULL) AS told_beds, sum(n.vacancies) AS vacancies, count(*) FILTER (WHERE NOT coalesce(n.admissions_open, true)) AS shut
    FROM core.location l LEFT JOIN core.rating_current rc USING (location_id) LEFT JOIN mart.capacity_now n USING (location_id)
    WHERE l.status = 'Registered' AND l.is_social_care AND l.provider_id IN (SELECT provider_id FROM mine) GROUP BY l.provider_id
), year AS (
    SELECT provider_id, sum(concerns) AS concerns, sum(enquiries) AS enquiries, sum(complaints) AS complaints, sum(exposure_beds) AS exposure FROM mart.provider_week
    WHERE week > CAST($week AS DATE) - 364 AND week <= CAST($week AS DATE) AND provider_id IN (SELECT provider_id FROM mine WHERE visible) GROUP BY provider_id
), person AS (
    SELECT provider_id, count(DISTINCT person_ref) AS people, median(weekly_cost) AS fee FROM core.placement WHERE is_current AND provider_id IN (SELECT provider_id FROM mine WHERE visible) GROUP BY provider_id
), ends AS (
    SELECT provider_id, min(ends_on) AS next_end FROM core.contract WHERE is_care AND ends_on >= CAST($as_of AS DATE) AND provider_id IN (SELECT provider_id FROM mine) GROUP BY provider_id
)
SELECT m.provider_id, m.name, m.status, coalesce(m.brand_name, '') AS brand_name, coalesce(place.areas, m.local_authority) AS areas, place.kinds, CAST(coalesce(place.locations, 0) AS BIGINT) AS locations, CAST(place.beds AS BIGINT) AS beds,
       CAST(coalesce(place.below_good, 0) AS BIGINT) AS below_good, CAST(coalesce(place.unrated, 0) AS BIGINT) AS unrated, place.lowest AS rating, CAST(place.oldest_days AS BIGINT) AS oldest_days, CAST(coalesce(place.no_manager, 0) AS BIGINT) AS no_manager,
       m.visible, CASE WHEN m.visible THEN CAST(coalesce(pl.level, 0) AS BIGINT) END AS level, CASE WHEN m.visible THEN pl.failure_kind END AS failure_kind, CASE WHEN m.visible THEN pl.since END AS since, CASE WHEN m.visible THEN CAST(pl.flags_open AS BIGINT) END AS flags_open, CASE WHEN m.visible THEN pl.headline END AS headline,
       CAST(year.concerns AS BIGINT) AS concerns, CAST(year.enquiries AS BIGINT) AS enquiries, CAST(year.complaints AS BIGINT) AS complaints, CAST(year.exposure AS DOUBLE) AS exposure,
       CASE WHEN m.visible THEN CAST(place.occupied AS BIGINT) END AS occupied, CASE WHEN m.visible THEN CAST(place.told_beds AS BIGINT) END AS told_beds, CASE WHEN m.visible THEN CAST(place.vacancies AS BIGINT) END AS vacancies, CASE WHEN m.visible THEN CAST(place.shut AS BIGINT) END AS shut,
       CAST(person.people AS BIGINT) AS people, CAST(person.fee AS DOUBLE) AS fee, ends.next_end
FROM mine m LEFT JOIN place USING (provider_id) LEFT JOIN year USING (provider_id) LEFT JOIN person USING (provider_id) LEFT JOIN ends USING (provider_id) LEFT JOIN analytics.provider_level pl USING (provider_id)
ORDER BY list_position(string_split($providers, ','), m.provider_id)
