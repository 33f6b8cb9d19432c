-- Each service's newest word on its capacity, how old it is, and how many monthly windows in a row it has missed up to the last one judged.
WITH missed AS (
    SELECT location_id, count(*) FILTER (WHERE window_from > coalesce(last_kept, DATE '1900-01-01'))::INTEGER AS windows_missed
    FROM (SELECT *, max(window_from) FILTER (WHERE NOT missed) OVER (PARTITION BY location_id) AS last_kept FROM core.capacity_window)
    GROUP BY location_id
)
SELECT c.location_id, c.provider_id, c.updated_on, date_diff('day', c.updated_on, run.as_of)::INTEGER AS days_since_update,
       coalesce(m.windows_missed, 0) AS windows_missed, c.beds, c.occupied, c.vacancies, c.vacancies_residential, c.vacancies_residential_dementia,
       c.vacancies_nursing, c.vacancies_nursing_dementia, c.vacancies_learning_disability, c.vacancies_mental_health, c.admissions_open, c.admission_status,
       c.nurses, c.care_workers, c.agency_workers, c.people_supported, c.can_take_more_hours, c.extra_hours, c.known_from
FROM core.capacity c
CROSS JOIN staging.run run
LEFT JOIN missed m ON m.location_id = c.location_id
WHERE c.is_newest
ORDER BY c.location_id
