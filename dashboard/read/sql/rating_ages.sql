-- Registered social-care locations by rating and by the rating's age.
SELECT CASE WHEN rc.age_days IS NULL THEN 4 WHEN rc.age_days < 365 THEN 0 WHEN rc.age_days < 730 THEN 1 WHEN rc.age_days < 1461 THEN 2 ELSE 3 END AS band,
       CASE WHEN rc.rating IS NULL OR rc.rating = '' THEN 'Not rated' WHEN rc.rating_score IS NULL THEN 'Not rated' ELSE rc.rating END AS rating,
       CAST(count(*) AS BIGINT) AS locations,
       CAST(coalesce(sum(l.registered_beds), 0) AS BIGINT) AS beds
FROM core.location l LEFT JOIN core.rating_current rc USING (location_id)
WHERE l.status = 'Registered' AND l.is_social_care AND NOT coalesce(l.dormant, false)
GROUP BY 1, 2
ORDER BY 1, 2
