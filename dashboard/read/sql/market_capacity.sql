-- Over every provider: beds and vacancies are added up over the market.
-- Each place and kind of service: who provides it, what is registered, what its services last said of their spare room, and what opened
-- and closed in the year before the run. A registration that only carries on an older one, or is carried on, neither opens nor closes.
WITH unit AS MATERIALIZED (
    SELECT CASE $by WHEN 'whole' THEN '' WHEN 'district' THEN coalesce(split_part(upper(trim(l.postcode)), ' ', 1), '') ELSE coalesce(l.local_authority, '') END AS place, l.service_kind AS kind,
           l.location_id, l.provider_id, l.status = 'Registered' AS is_open, l.registered_beds AS beds, l.registered_on, l.deregistered_on, l.current_location_id,
           n.occupied, n.vacancies, n.admissions_open, n.extra_hours, n.can_take_more_hours, n.location_id IS NOT NULL AS told
    FROM core.location l LEFT JOIN mart.capacity_now n USING (location_id)
    WHERE l.is_social_care AND (l.status = 'Registered' OR l.deregistered_on > CAST($as_of AS DATE) - 365)
), carried AS (SELECT DISTINCT current_location_id AS location_id FROM core.location WHERE current_location_id <> location_id)
SELECT place, kind, CAST(count(DISTINCT provider_id) FILTER (WHERE is_open) AS BIGINT) AS providers, CAST(count(*) FILTER (WHERE is_open) AS BIGINT) AS locations,
       CAST(coalesce(sum(beds) FILTER (WHERE is_open), 0) AS BIGINT) AS beds, CAST(count(*) FILTER (WHERE is_open AND told) AS BIGINT) AS told,
       CAST(coalesce(sum(beds) FILTER (WHERE is_open AND occupied IS NULL), 0) AS BIGINT) AS beds_untold,
       CAST(coalesce(sum(occupied) FILTER (WHERE is_open), 0) AS BIGINT) AS occupied, CAST(coalesce(sum(vacancies) FILTER (WHERE is_open), 0) AS BIGINT) AS vacancies,
       CAST(coalesce(sum(vacancies) FILTER (WHERE is_open AND NOT coalesce(admissions_open, true)), 0) AS BIGINT) AS vacancies_shut,
       CAST(count(*) FILTER (WHERE is_open AND NOT coalesce(admissions_open, true)) AS BIGINT) AS shut,
       CAST(coalesce(sum(extra_hours) FILTER (WHERE is_open AND can_take_more_hours), 0) AS DOUBLE) AS extra_hours,
       CAST(count(*) FILTER (WHERE is_open AND registered_on > CAST($as_of AS DATE) - 365 AND location_id NOT IN (SELECT location_id FROM carried)) AS BIGINT) AS opened,
       CAST(count(*) FILTER (WHERE NOT is_open AND current_location_id = location_id) AS BIGINT) AS closed
FROM unit
GROUP BY place, kind
ORDER BY regexp_extract(place, '^[^0-9]*'), try_cast(regexp_extract(place, '[0-9]+') AS BIGINT) NULLS FIRST, place, beds DESC, kind
