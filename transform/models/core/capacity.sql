-- What each service said of its beds, vacancies and staff, and when it said so: one row for each update. An extract repeats the old entry
-- of a service that has said nothing since, which is not a new update. NULL means that the service did not say.
WITH said AS (
    SELECT r.*, l.received_on AS file_received_on, l.file_name
    FROM raw.capacity r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    JOIN staging.run run ON l.received_on <= run.as_of
), once AS (
    SELECT *, min(file_received_on) OVER (PARTITION BY location_id, updated_at) AS known_from FROM said
    QUALIFY row_number() OVER (PARTITION BY location_id, updated_at ORDER BY file_received_on DESC, file_name DESC, load_id DESC, row_no DESC) = 1
)
SELECT coalesce(l.current_location_id, o.location_id) AS location_id, cl.provider_id, o.location_id AS location_id_given, o.updated_at::DATE AS updated_on, o.updated_at,
       o.beds::INTEGER AS beds, o.occupied::INTEGER AS occupied, o.vacancies::INTEGER AS vacancies,
       o.vacancies_residential::INTEGER AS vacancies_residential, o.vacancies_residential_dementia::INTEGER AS vacancies_residential_dementia,
       o.vacancies_nursing::INTEGER AS vacancies_nursing, o.vacancies_nursing_dementia::INTEGER AS vacancies_nursing_dementia,
       o.vacancies_learning_disability::INTEGER AS vacancies_learning_disability, o.vacancies_mental_health::INTEGER AS vacancies_mental_health,
       o.accepting_admissions AS admissions_open, o.admission_status, o.overall_status, o.workforce_status,
       o.nurses::INTEGER AS nurses, o.care_workers::INTEGER AS care_workers, o.other_workers::INTEGER AS other_workers,
       (coalesce(o.agency_nurses, 0) + coalesce(o.agency_care_workers, 0) + coalesce(o.agency_other_workers, 0))::INTEGER AS agency_workers,
       o.hours_paid, o.hours_overtime, o.hours_agency, o.hours_absence, o.days_absence, o.people_supported::INTEGER AS people_supported,
       o.people_self_funded::INTEGER AS people_self_funded, o.can_take_more_hours, o.extra_hours,
       row_number() OVER (PARTITION BY coalesce(l.current_location_id, o.location_id) ORDER BY o.updated_at DESC NULLS LAST, o.known_from DESC, o.location_id DESC) = 1 AS is_newest,
       o.known_from, o.load_id, o.row_no
FROM once o
LEFT JOIN core.location l ON l.location_id = o.location_id
LEFT JOIN core.location cl ON cl.location_id = coalesce(l.current_location_id, o.location_id)
ORDER BY location_id, o.updated_at, o.location_id
