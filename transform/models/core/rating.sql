-- Every published rating known by the run's date.
SELECT location_id, service_group, domain, rating, rating_score, rated_on, inherited, framework, source, known_from, known_basis, report_link
FROM staging.rating_record
ORDER BY location_id, service_group, domain, rated_on, rating
