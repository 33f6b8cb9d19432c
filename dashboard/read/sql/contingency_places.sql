-- Spare capacity as services last reported it, by kind of place. What a service reports in all but not by kind counts as the kind of
-- its registration. The fee is the median of what is paid there a week now.
WITH service AS MATERIALIZED (
    SELECT n.location_id, l.provider_id, l.name, p.name AS provider_name, coalesce(l.local_authority, '') AS area, coalesce(l.postcode, '') AS postcode, l.service_kind, l.latitude, l.longitude,
           CASE WHEN n.admissions_open THEN 'yes' WHEN NOT n.admissions_open THEN 'no' ELSE '' END AS accepting, n.updated_on, n.days_since_update,
           coalesce(rc.rating, '') AS rating, coalesce(rc.rating_score, 0) AS rating_score, coalesce(pl.level, -1) AS level, coalesce(pl.failure_kind, '') AS failure_kind,
           (SELECT median(m.weekly_cost) FROM core.placement m WHERE m.is_current AND m.location_id = n.location_id) AS fee, n.vacancies,
           coalesce(n.vacancies_residential, 0) AS residential, coalesce(n.vacancies_residential_dementia, 0) AS residential_dementia, coalesce(n.vacancies_nursing, 0) AS nursing,
           coalesce(n.vacancies_nursing_dementia, 0) AS nursing_dementia, coalesce(n.vacancies_learning_disability, 0) AS learning_disability, coalesce(n.vacancies_mental_health, 0) AS mental_health,
           CASE WHEN n.can_take_more_hours THEN coalesce(n.extra_hours, 0) ELSE 0 END AS hours
    FROM mart.capacity_now n JOIN core.location l USING (location_id) JOIN core.provider p ON p.provider_id = l.provider_id
    LEFT JOIN core.rating_current rc ON rc.location_id = n.location_id LEFT JOIN analytics.provider_level pl ON pl.provider_id = l.provider_id
    WHERE l.status = 'Registered' AND ($scope = '*' OR l.provider_id IN (SELECT unnest(string_split($scope, ','))))
), spare AS (
    SELECT *, unnest([{'kind': 'residential', 'free': residential}, {'kind': 'residential_dementia', 'free': residential_dementia}, {'kind': 'nursing', 'free': nursing},
                      {'kind': 'nursing_dementia', 'free': nursing_dementia}, {'kind': 'learning_disability', 'free': learning_disability}, {'kind': 'mental_health', 'free': mental_health},
                      {'kind': CASE service_kind WHEN 'care_home_nursing' THEN 'nursing' ELSE 'residential' END,
                       'free': CASE WHEN service_kind IN ('care_home', 'care_home_nursing') AND residential + residential_dementia + nursing + nursing_dementia + learning_disability + mental_health = 0 THEN coalesce(vacancies, 0) ELSE 0 END},
                      {'kind': 'home_care', 'free': CASE WHEN service_kind = 'home_care' THEN hours ELSE 0 END}]) AS of
    FROM service
)
SELECT location_id, provider_id, name, provider_name, area, postcode, latitude, longitude, accepting, updated_on, CAST(days_since_update AS BIGINT) AS days_since_update, rating,
       CAST(rating_score AS BIGINT) AS rating_score, CAST(level AS BIGINT) AS level, failure_kind, CAST(fee AS DOUBLE) AS fee, of.kind AS kind, CAST(of.free AS BIGINT) AS free
FROM spare WHERE of.free > 0
ORDER BY location_id, kind
